package dev.lanewise.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Expected rates were computed from the formulas of Keras and PyTorch, outside of this project. */
@Tag("once")
class ScheduleTest {

  @Test
  void constantKeepsTheBaseRate() {
    assertRate(Schedule.constant(), 0, 0.1);
    assertRate(Schedule.constant(), 1_000_000, 0.1);
  }

  @Test
  void stepDecayFallsEverySoManySteps() {
    Schedule schedule = Schedule.step(10, 0.5);
    assertRate(schedule, 0, 0.1);
    assertRate(schedule, 9, 0.1);
    assertRate(schedule, 10, 0.05);
    assertRate(schedule, 29, 0.025);
  }

  @Test
  void exponentialDecayFallsByTheFactorInSoManySteps() {
    Schedule schedule = Schedule.exponential(100, 0.96);
    assertRate(schedule, 0, 0.1);
    assertRate(schedule, 50, 0.09797958971132713);
    assertRate(schedule, 100, 0.096);
  }

  @Test
  void inverseTimeDecayDividesByTheTime() {
    Schedule schedule = Schedule.inverseTime(100, 0.5);
    assertRate(schedule, 0, 0.1);
    assertRate(schedule, 50, 0.08);
    assertRate(schedule, 200, 0.05);
  }

  @Test
  void polynomialDecayReachesItsEndAndStaysThere() {
    Schedule schedule = Schedule.polynomial(100, 0.01, 2);
    assertRate(schedule, 0, 0.1);
    assertRate(schedule, 50, 0.0325);
    assertRate(schedule, 100, 0.01);
    assertRate(schedule, 500, 0.01);
  }

  @Test
  void cosineDecayFallsToItsFloor() {
    assertRate(Schedule.cosine(100), 0, 0.1);
    assertRate(Schedule.cosine(100), 25, 0.08535533905932738);
    assertRate(Schedule.cosine(100), 50, 0.05);
    assertRate(Schedule.cosine(100), 100, 0);
    assertRate(Schedule.cosine(100), 101, 0);
    assertRate(new CosineDecay(100, 0.1), 25, 0.08681980515339464);
    assertRate(new CosineDecay(100, 0.1), 100, 0.01);
  }

  @Test
  void cosineRestartsGrowLongerAndLower() {
    Schedule schedule = new CosineRestarts(10, 2, 0.5, 0.1);
    assertRate(schedule, 0, 0.1);
    assertRate(schedule, 5, 0.055);
    assertRate(schedule, 9, 0.012202456766718092);
    assertRate(schedule, 10, 0.055);
    assertRate(schedule, 20, 0.0325);
    assertRate(schedule, 29, 0.010277012336609404);
    assertRate(schedule, 45, 0.02555518861410726);
  }

  @Test
  void cosineRestartsOfOneLengthRepeat() {
    Schedule schedule = new CosineRestarts(10, 1, 0.5, 0);
    assertRate(schedule, 5, 0.05);
    assertRate(schedule, 10, 0.05);
    assertRate(schedule, 15, 0.025);
    assertRate(schedule, 1_000_000_005, 0);
  }

  @Test
  void oneCycleRisesToTheBaseRateAndFallsFarBelowItsStart() {
    Schedule schedule = Schedule.oneCycle(100);
    assertRate(schedule, 0, 0.004);
    assertRate(schedule, 10, 0.029516394846410082);
    assertRate(schedule, 29, 0.1);
    assertRate(schedule, 50, 0.0793893450575732);
    assertRate(schedule, 64, 0.0500002);
    assertRate(schedule, 99, 4e-7);
    assertRate(schedule, 1000, 4e-7);
  }

  @Test
  void oneCycleMayConsistOfOnePhaseOnly() {
    assertRate(new OneCycle(10, 0, 25, 1e4), 0, 0.1);
    assertRate(new OneCycle(10, 1, 25, 1e4), 9, 0.1);
  }

  @Test
  void warmUpRisesInALineAndThenBeginsTheOtherSchedule() {
    Schedule schedule = Schedule.cosine(100).withWarmUp(10);
    assertRate(schedule, 0, 0);
    assertRate(schedule, 5, 0.05);
    assertRate(schedule, 10, 0.1);
    assertRate(schedule, 60, 0.05);
    assertRate(new WarmUp(10, 0.2, Schedule.constant()), 5, 0.06);
  }

  @Test
  void aPlateauLowersTheRateAfterItsPatience() {
    ReduceOnPlateau plateau = new ReduceOnPlateau(true, 0.1, 2, 0.01, 0, 0);
    ReduceOnPlateau.Progress progress = new ReduceOnPlateau.Progress(1, plateau);

    assertThat(plateau.observe(0.5, progress)).isFalse();
    assertThat(plateau.observe(0.495, progress)).as("less than the least progress").isFalse();
    assertThat(plateau.observe(0.4, progress)).as("progress").isFalse();
    assertThat(plateau.observe(Double.NaN, progress)).as("the first epoch without").isFalse();
    assertThat(plateau.observe(0.4, progress)).as("the second").isTrue();
    assertThat(progress.base).isEqualTo(0.1);
  }

  @Test
  void aPlateauWatchesAMetricThatShouldGrow() {
    ReduceOnPlateau plateau = new ReduceOnPlateau(false, 0.5, 1, 0, 0, 0);
    ReduceOnPlateau.Progress progress = new ReduceOnPlateau.Progress(1, plateau);

    assertThat(plateau.observe(0.90, progress)).isFalse();
    assertThat(plateau.observe(0.91, progress)).isFalse();
    assertThat(plateau.observe(0.91, progress)).isTrue();
    assertThat(progress.base).isEqualTo(0.5);
  }

  @Test
  void aPlateauCoolsDownAndHasAFloor() {
    ReduceOnPlateau plateau = new ReduceOnPlateau(true, 0.1, 1, 0, 2, 0.05);
    ReduceOnPlateau.Progress progress = new ReduceOnPlateau.Progress(1, plateau);
    plateau.observe(1, progress);

    assertThat(plateau.observe(1, progress)).isTrue();
    assertThat(progress.base).isEqualTo(0.1);
    assertThat(plateau.observe(1, progress)).as("first epoch of the cooldown").isFalse();
    assertThat(plateau.observe(1, progress)).as("counting begins as the cooldown ends").isTrue();
    assertThat(progress.base).isEqualTo(0.05);
    plateau.observe(1, progress);
    assertThat(plateau.observe(1, progress)).as("nothing below the floor").isFalse();
    assertThat(progress.base).isEqualTo(0.05);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    refused(() -> Schedule.step(0, 0.5), "every");
    refused(() -> Schedule.step(1, Double.NaN), "factor");
    refused(() -> Schedule.exponential(-1, 0.5), "steps");
    refused(() -> Schedule.inverseTime(1, -1), "decay");
    refused(() -> Schedule.polynomial(1, -0.1, 1), "end");
    refused(() -> Schedule.polynomial(1, 0, 0), "power");
    refused(() -> new CosineDecay(1, 1.5), "floor");
    refused(() -> new CosineRestarts(1, 0.5, 1, 0), "stretch");
    refused(() -> new CosineRestarts(1, 2, 2, 0), "shrink");
    refused(() -> Schedule.oneCycle(1), "2 steps");
    refused(() -> new OneCycle(2, 0.3, 0.5, 1), "divide");
    refused(() -> Schedule.constant().withWarmUp(0), "steps");
    refused(() -> Schedule.reduceOnPlateau(1, 1), "factor");
    refused(() -> Schedule.reduceOnPlateau(0.1, 0), "patience");
  }

  private static void refused(ThrowingCallable call, String what) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(what);
  }

  private static void assertRate(Schedule schedule, long step, double expected) {
    assertThat(schedule.rate(0.1, step))
        .as("%s at step %d", schedule, step)
        .isCloseTo(expected, within(1e-15));
  }
}
