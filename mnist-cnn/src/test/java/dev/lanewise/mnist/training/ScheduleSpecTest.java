package dev.lanewise.mnist.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.optim.ConstantRate;
import dev.lanewise.engine.optim.CosineDecay;
import dev.lanewise.engine.optim.CosineRestarts;
import dev.lanewise.engine.optim.ExponentialDecay;
import dev.lanewise.engine.optim.InverseTimeDecay;
import dev.lanewise.engine.optim.OneCycle;
import dev.lanewise.engine.optim.PolynomialDecay;
import dev.lanewise.engine.optim.ReduceOnPlateau;
import dev.lanewise.engine.optim.Schedule;
import dev.lanewise.engine.optim.StepDecay;
import dev.lanewise.engine.optim.WarmUp;
import dev.lanewise.mnist.text.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleSpecTest {
  private static final int STEPS_PER_EPOCH = 100;
  private static final int EPOCHS = 5;

  @Test
  void hasDefaultsForEverything() {
    assertThat(schedule("constant")).isEqualTo(new ConstantRate());
    assertThat(schedule("step")).isEqualTo(new StepDecay(100, 0.5));
    assertThat(schedule("exponential")).isEqualTo(new ExponentialDecay(100, 0.9));
    assertThat(schedule("inverse-time")).isEqualTo(new InverseTimeDecay(100, 1));
    assertThat(schedule("polynomial")).isEqualTo(new PolynomialDecay(500, 0, 1));
    assertThat(schedule("cosine")).isEqualTo(new CosineDecay(500, 0));
    assertThat(schedule("cosine-restarts")).isEqualTo(new CosineRestarts(100, 2, 1, 0));
    assertThat(schedule("one-cycle")).isEqualTo(new OneCycle(500, 0.3, 25, 1e4));
    assertThat(schedule("plateau")).isEqualTo(new ReduceOnPlateau(true, 0.1, 2, 1e-4, 0, 0));
    assertThat(ScheduleSpec.names())
        .allSatisfy(name -> assertThat(ScheduleSpec.parse(name)).hasToString(name));
  }

  @Test
  void takesValuesByTheirNames() {
    assertThat(schedule("step:every=2,factor=0.1")).isEqualTo(new StepDecay(200, 0.1));
    assertThat(schedule("polynomial:over=4,end=1e-5,power=2"))
        .isEqualTo(new PolynomialDecay(400, 1e-5, 2));
    assertThat(schedule("cosine-restarts:first=0.5,stretch=1,shrink=0.5,floor=0.1"))
        .isEqualTo(new CosineRestarts(50, 1, 0.5, 0.1));
    assertThat(schedule("one-cycle:over=4,rise=0.2,divide=10,final-divide=100"))
        .isEqualTo(new OneCycle(400, 0.2, 10, 100));
    assertThat(schedule("plateau:factor=0.5,patience=3,progress=0.01,cooldown=1,floor=1e-6"))
        .isEqualTo(new ReduceOnPlateau(true, 0.5, 3, 0.01, 1, 1e-6));
    assertThat(schedule(" Exponential:FACTOR=0.5 ")).isEqualTo(new ExponentialDecay(100, 0.5));
  }

  @Test
  void lengthsAreEpochsOrSteps() {
    assertThat(schedule("step:every=0.25")).isEqualTo(new StepDecay(25, 0.5));
    assertThat(schedule("step:every=7steps")).isEqualTo(new StepDecay(7, 0.5));
    assertThat(schedule("step:every=1e-9")).isEqualTo(new StepDecay(1, 0.5));
  }

  @Test
  void aWarmUpComesFirstAndTheRestTakesWhatRemains() {
    assertThat(schedule("cosine:warmup=1,floor=0.01"))
        .isEqualTo(new WarmUp(100, 0, new CosineDecay(400, 0.01)));
    assertThat(schedule("constant:warmup=30steps"))
        .isEqualTo(new WarmUp(30, 0, new ConstantRate()));
    assertThat(schedule("cosine:warmup=9")).isEqualTo(new WarmUp(900, 0, new CosineDecay(1, 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cosin              | no schedule 'cosin'; did you mean cosine? There are constant, step,",
        "linear             | no schedule 'linear'; there are constant, step, exponential,",
        "cosine:flor=1      | cosine has no 'flor'; did you mean floor? It has over, floor, warmup",
        "step:gamma=1       | step has no 'gamma'; it has every, factor, warmup",
        "one-cycle:warmup=1 | one-cycle has no 'warmup'; it has over, rise, divide, final-divide",
        "cosine:            | '' is not KEY=VALUE, as in cosine:warmup=1,floor=0.01",
        "cosine:floor       | 'floor' is not KEY=VALUE",
        "cosine:floor=      | 'floor=' is not KEY=VALUE",
        "cosine:floor=1=2   | 'floor=1=2' is not KEY=VALUE",
        "cosine:floor=0,floor=1 | 'floor' comes twice",
        "cosine:floor=2     | cosine: floor must be",
        "cosine:floor=NaN   | floor of cosine is 'nan', which is not a number",
        "cosine:floor=low   | floor of cosine is 'low', which is not a number",
        "step:factor=0      | step: factor must be",
        "step:every=0       | every of step is '0', which is not a length: epochs such as 1 or 0.5",
        "step:every=0steps  | every of step is '0steps', which is not a length",
        "step:every=NaN     | every of step is 'nan', which is not a length",
        "step:every=1.5steps | every of step is '1.5steps', which is not a length",
        "plateau:patience=1.5 | patience of plateau is '1.5', which is not a whole number",
        "one-cycle:over=1steps | one-cycle: one cycle takes at least 2 steps, not 1",
      })
  void refusesWhatItDoesNotUnderstandAndSaysWhatItWould(String text, String message) {
    assertThatThrownBy(() -> ScheduleSpec.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Invalid value for option '--schedule': ")
        .hasMessageContaining(message);
  }

  @Test
  void whatDependsOnTheNumberOfStepsIsRefusedWhenThatIsKnown() {
    ScheduleSpec spec = ScheduleSpec.parse("one-cycle");

    assertThatThrownBy(() -> spec.schedule(1, 1))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("at least 2 steps, not 1");
  }

  private static Schedule schedule(String text) {
    return ScheduleSpec.parse(text).schedule(STEPS_PER_EPOCH, EPOCHS);
  }
}
