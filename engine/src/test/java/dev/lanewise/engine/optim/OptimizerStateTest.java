package dev.lanewise.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerStateTest {
  /** More than one block of a norm, and no multiple of one. */
  private static final int FLOATS = 9_008;

  private static final int SHARDS = 3;
  private static final long PITCH = FLOATS + 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment parameters = random(FLOATS, 1, 1);
  private final MemorySegment gradients = random(SHARDS * PITCH, 2, 0.1);

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<Optimizer> optimizers() {
    return Stream.concat(
        Optimizer.names().stream().map(Optimizer::byName),
        Stream.of(
            Momentum.pytorch(),
            Adagrad.pytorch(),
            RmsProp.pytorch().withCentering(true).withMomentum(0.9),
            Adam.pytorch().withL2(0.01).withClipping(Clipping.byGlobalNorm(1)),
            Nadam.pytorch().withClipping(Clipping.byNorm(0.5)),
            Adamax.pytorch().withClipping(Clipping.byValue(0.01)),
            Adadelta.pytorch().withSchedule(Schedule.cosine(10).withWarmUp(2))));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void rangesInAnyOrderGiveTheSameBitsAsOnePass(Optimizer optimizer) {
    MemorySegment cut = copy(parameters);
    OptimizerState one = state(optimizer);
    OptimizerState many = state(optimizer);
    for (int step = 0; step < 3; step++) {
      step(one, parameters);
      many.begin();
      for (int block = many.normBlocks() - 1; block >= 0; block--) {
        many.norm(gradients, SHARDS, PITCH, block);
      }
      if (many.needsNorm()) {
        many.finishNorm();
      }
      for (int from : new int[] {8_000, 16, 0, 4_096}) {
        int to = from == 8_000 ? FLOATS : from == 16 ? 4_096 : from == 0 ? 16 : 8_000;
        many.apply(cut, gradients, SHARDS, PITCH, from, to);
      }
    }
    assertThat(cut.mismatch(parameters)).isEqualTo(-1);
    assertThat(many.slots().mismatch(one.slots())).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aRestoredStateContinuesWithTheSameBits(Optimizer optimizer) {
    OptimizerState first = state(optimizer);
    for (int step = 0; step < 4; step++) {
      step(first, parameters);
    }
    MemorySegment resumedParameters = copy(parameters);
    OptimizerState resumed = state(optimizer);
    resumed.slots().copyFrom(first.slots());
    resumed.restore(first.step(), first.scheduleState());
    assertThat(resumed.learningRate()).isEqualTo(first.learningRate());

    for (int step = 0; step < 3; step++) {
      step(first, parameters);
      step(resumed, resumedParameters);
    }
    assertThat(resumed.step()).isEqualTo(7);
    assertThat(resumed.learningRate()).isEqualTo(first.learningRate());
    assertThat(resumedParameters.mismatch(parameters)).isEqualTo(-1);
  }

  /** One number for every machine, every vector width and the scalar kernels. */
  @Test
  void allRulesTogetherGiveTheGoldenBitsAtEveryWidth() throws Exception {
    var sha = java.security.MessageDigest.getInstance("SHA-256");
    optimizers()
        .forEach(
            optimizer -> {
              MemorySegment w = copy(parameters);
              OptimizerState state = state(optimizer);
              for (int step = 0; step < 5; step++) {
                step(state, w);
              }
              sha.update(w.toArray(ValueLayout.JAVA_BYTE));
            });
    assertThat(HexFormat.of().formatHex(sha.digest()))
        .isEqualTo("a14b36ee34f56335c18f173cf83800831552bf15cded1e1af10a0bdb3717f564");
  }

  @Test
  void gradientsOfShardsAreAdded() {
    MemorySegment before = copy(parameters);
    step(state(Sgd.keras().withLearningRate(0.5)), parameters);

    for (int i = 0; i < FLOATS; i++) {
      assertThat((double) Memory.get(parameters, i))
          .isCloseTo(Memory.get(before, i) - 0.5 * gradient(i), within(1e-6));
    }
  }

  @Test
  void decayOfBothKindsPullsParametersToZero() {
    MemorySegment before = copy(parameters);
    step(state(Sgd.keras().withLearningRate(0.5).withL2(0.1).withWeightDecay(0.2)), parameters);

    for (int i = 0; i < FLOATS; i++) {
      double w = Memory.get(before, i);
      assertThat((double) Memory.get(parameters, i))
          .isCloseTo(w - 0.5 * 0.2 * w - 0.5 * (gradient(i) + 0.1 * w), within(1e-6));
    }
  }

  @Test
  void clippingByValueLimitsEachElementBeforeL2Decay() {
    MemorySegment before = copy(parameters);
    step(
        state(Sgd.keras().withLearningRate(1).withL2(0.5).withClipping(Clipping.byValue(0.01))),
        parameters);

    for (int i = 0; i < FLOATS; i++) {
      double w = Memory.get(before, i);
      double clipped = Math.min(Math.max(gradient(i), -0.01), 0.01);
      assertThat((double) Memory.get(parameters, i))
          .isCloseTo(w - (clipped + 0.5 * w), within(1e-6));
    }
  }

  @Test
  void clippingByGlobalNormScalesEverythingAlike() {
    MemorySegment before = copy(parameters);
    OptimizerState state =
        state(Sgd.keras().withLearningRate(1).withClipping(Clipping.byGlobalNorm(2)));
    step(state, parameters);

    double norm = norm(0, FLOATS);
    assertThat(norm).isGreaterThan(2);
    assertThat(state.gradientNorm()).isCloseTo(norm, within(1e-4));
    for (int i = 0; i < FLOATS; i++) {
      assertThat((double) Memory.get(parameters, i))
          .isCloseTo(Memory.get(before, i) - gradient(i) * 2 / norm, within(1e-6));
    }
  }

  @Test
  void clippingByNormScalesEachTensorByItsOwn() {
    MemorySegment before = copy(parameters);
    double first = norm(0, 64);
    double second = norm(64, FLOATS);
    double limit = (first + second) / 2;
    step(state(Sgd.keras().withLearningRate(1).withClipping(Clipping.byNorm(limit))), parameters);

    assertThat(first).isLessThan(limit);
    for (int i = 0; i < FLOATS; i++) {
      double scale = i < 64 ? 1 : limit / second;
      assertThat((double) Memory.get(parameters, i))
          .isCloseTo(Memory.get(before, i) - gradient(i) * scale, within(1e-6));
    }
  }

  @Test
  void aNormThatIsNotFiniteIsSeenInEveryParameter() {
    Memory.set(gradients, 5_000, Float.POSITIVE_INFINITY);
    step(state(Sgd.keras().withClipping(Clipping.byGlobalNorm(1))), parameters);

    assertThat(Memory.get(parameters, 0)).isNaN();
    assertThat(Memory.get(parameters, FLOATS - 1)).isNaN();
  }

  @Test
  void theScheduleSetsTheRateOfEachStep() {
    OptimizerState state = state(Sgd.keras().withSchedule(Schedule.step(2, 0.5)));

    assertThat(state.step()).isZero();
    assertThat(state.learningRate()).isEqualTo(0.01);
    double[] rates = new double[4];
    for (int step = 0; step < 4; step++) {
      step(state, parameters);
      rates[step] = state.learningRate();
    }
    assertThat(rates).containsExactly(0.01, 0.01, 0.005, 0.005);
    assertThat(state.step()).isEqualTo(4);
  }

  @Test
  void aPlateauIsObservedAfterAWarmUpAndSurvivesACheckpoint() {
    Optimizer optimizer = Sgd.keras().withSchedule(Schedule.reduceOnPlateau(0.5, 1).withWarmUp(2));
    OptimizerState state = state(optimizer);
    assertThat(state.observe(1)).isFalse();
    assertThat(state.observe(1)).isTrue();

    OptimizerState resumed = state(optimizer);
    resumed.restore(5, state.scheduleState());
    resumed.begin();
    assertThat(resumed.learningRate()).isEqualTo(0.005);
    assertThat(state(Sgd.keras()).observe(1)).as("other schedules do not listen").isFalse();
  }

  @Test
  void aStepOutOfOrderIsRefused() {
    OptimizerState fresh = state(Sgd.keras());
    assertThatIllegalStateException().isThrownBy(() -> apply(fresh, 0, 16));

    OptimizerState withoutNorm = state(Sgd.keras().withClipping(Clipping.byGlobalNorm(1)));
    withoutNorm.begin();
    assertThatIllegalStateException().isThrownBy(() -> apply(withoutNorm, 0, 16));
  }

  @Test
  void aScheduleThatLeavesItsRangeIsRefused() {
    OptimizerState state = state(Sgd.keras().withSchedule((base, step) -> -base));
    assertThatIllegalStateException().isThrownBy(state::begin).withMessageContaining("-0.01");
    assertThat(state.step()).isZero();
  }

  @Test
  void extentsAreChecked() {
    OptimizerState state = state(Adam.keras());
    state.begin();
    assertThatIllegalArgumentException().isThrownBy(() -> apply(state, 0, 8));
    assertThatIllegalArgumentException().isThrownBy(() -> apply(state, 8, 32));
    var outside = assertThatExceptionOfType(IndexOutOfBoundsException.class);
    outside.isThrownBy(() -> apply(state, -16, 16));
    outside.isThrownBy(() -> apply(state, 0, FLOATS + 16));
    outside.isThrownBy(() -> state.apply(parameters.asSlice(64), gradients, 1, 0, 0, FLOATS));
    outside.isThrownBy(() -> state.apply(parameters, gradients, 4, PITCH, 0, FLOATS));
    outside.isThrownBy(() -> state.norm(gradients, 1, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> state.apply(parameters, gradients, 0, PITCH, 0, FLOATS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> state.apply(parameters, gradients, 8, Long.MAX_VALUE / 4, 0, FLOATS));
  }

  @Test
  void tensorsThatAreNotInOrderAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Adam.keras().newState(arena, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Adam.keras().newState(arena, 64, 16));
    assertThatIllegalArgumentException().isThrownBy(() -> Adam.keras().newState(arena, 64, 0, 8));
    assertThatIllegalArgumentException().isThrownBy(() -> Adam.keras().newState(arena, 64, 0, 64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adam.keras().withClipping(Clipping.byNorm(1)).newState(arena, 64))
        .withMessageContaining("offsets");
  }

  @Test
  void stateBeginsWithItsFirstValueAndHasWholeBlocks() {
    OptimizerState state = Adagrad.keras().newState(arena, 37);
    assertThat(state.floats()).isEqualTo(48);
    assertThat(state.slots().byteSize()).isEqualTo(48 * 4);
    assertThat(Memory.get(state.slots(), 47)).isEqualTo(0.1f);
    assertThat(Sgd.keras().newState(arena, 37).slots().byteSize()).isZero();
  }

  /** Rounds repeat until one is clean, because the JIT compiler needs its time. */
  @Test
  void aStepAllocatesNothingOnceCompiled() {
    Optimizer optimizer =
        Adam.keras()
            .withClipping(Clipping.byGlobalNorm(1))
            .withSchedule(new CosineRestarts(100, 1.5, 0.9, 0).withWarmUp(10));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    OptimizerState state = optimizer.newState(arena, 64, 0, 32);
    threads.getThreadAllocatedBytes(thread);
    long allocated = Long.MAX_VALUE;
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (allocated > 0 && System.nanoTime() < deadline) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int step = 0; step < 1_000; step++) {
        step(state, parameters);
      }
      allocated = threads.getThreadAllocatedBytes(thread) - before;
    }
    assertThat(allocated).isZero();
  }

  private OptimizerState state(Optimizer optimizer) {
    return optimizer.newState(arena, FLOATS, 0, 64);
  }

  private void step(OptimizerState state, MemorySegment w) {
    state.begin();
    if (state.needsNorm()) {
      for (int block = 0; block < state.normBlocks(); block++) {
        state.norm(gradients, SHARDS, PITCH, block);
      }
      state.finishNorm();
    }
    state.apply(w, gradients, SHARDS, PITCH, 0, state.floats());
  }

  private void apply(OptimizerState state, long from, long to) {
    state.apply(parameters, gradients, SHARDS, PITCH, from, to);
  }

  private double gradient(int i) {
    double sum = 0;
    for (int shard = 0; shard < SHARDS; shard++) {
      sum += Memory.get(gradients, shard * PITCH + i);
    }
    return sum;
  }

  private double norm(int from, int to) {
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += gradient(i) * gradient(i);
    }
    return Math.sqrt(squares);
  }

  private MemorySegment random(long floats, long seed, double deviation) {
    MemorySegment segment = Memory.allocate(arena, floats);
    Random random = new Random(seed);
    for (long i = 0; i < floats; i++) {
      Memory.set(segment, i, (float) ((random.nextDouble() * 2 - 1) * deviation));
    }
    return segment;
  }

  private MemorySegment copy(MemorySegment source) {
    return arena.allocate(source.byteSize(), Memory.ALIGNMENT).copyFrom(source);
  }

  @Test
  void anyNumberOfStepsCanBeRestored() {
    for (Optimizer optimizer : optimizers().toList()) {
      OptimizerState state = optimizer.newState(arena, FLOATS, new long[] {0});

      assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> state.restore(Long.MAX_VALUE - 1, state.scheduleState()), optimizer.name());
      assertThat(state.step()).isEqualTo(Long.MAX_VALUE - 1);
    }
  }
}
