package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.Networks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Nothing on the heap: after warm-up a training step and a prediction allocate 0 bytes. Scalar kernels, which need many
 * times as long, are called a tenth as often.
 */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Compilers finish in their own time; what allocates by design still does after so many rounds. */
  private static final int ROUNDS = 60;

  /** Threads that work for this test: the current one and the team's. */
  private static long[] threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t == Thread.currentThread() || t.getName().startsWith("lanewise-"))
        .mapToLong(Thread::threadId)
        .toArray();
  }

  private static long allocated(long[] threads) {
    long sum = 0;
    for (long thread : threads) {
      sum += THREADS.getThreadAllocatedBytes(thread); // one by one, which allocates nothing itself
    }
    return sum;
  }

  @Test
  @DisplayName("after the updates of every optimizer, 1,000 training steps on two threads allocate 0 bytes")
  void trainingStep() {
    Sequential network = Networks.small();
    try (Dataset data = Networks.images(network, 64)) {
      for (String name : Optimizer.names()) {
        try (Model model = network.initialize(0);
            Trainer trainer = trainer(model, name)) {
          trainer.fit(data, null, 20);
        }
      }
      int[] order = new int[64];
      Arrays.setAll(order, i -> i);
      try (Model model = network.initialize(0);
          Trainer trainer = trainer(model, "adam")) {
        trainer.fit(data, null, 1);
        assertThat(bytes(1_000, () -> trainer.trainBatch(data, order, 0, 40)))
            .as("bytes in 1,000 steps")
            .isLessThanOrEqualTo(0);
      }
    }
  }

  private static Trainer trainer(Model model, String optimizer) {
    return Trainer.builder(model, Optimizer.byName(optimizer)).batchSize(40).threads(2).build();
  }

  @Test
  @DisplayName("steps between two checkpoints allocate 0 bytes: an epoch of 1,000 costs no more than one of 10")
  void betweenCheckpoints() {
    Sequential network = Networks.small();
    try (Dataset data = Networks.images(network, 1_000);
        Model model = network.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("sgd"))
                .batchSize(1)
                .threads(2)
                .checkpoints(t -> {}, Integer.MAX_VALUE)
                .build()) {
      Dataset few = data.slice(0, 10);
      trainer.fit(data, null, 1);
      long difference = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && difference > 0; round++) {
        // The order of the samples is an array that is kept while the size stays the same.
        difference = bytes(trainer, data) - order(1_000) - (bytes(trainer, few) - order(10));
      }
      assertThat(difference).as("bytes in 990 steps").isLessThanOrEqualTo(0);
    }
  }

  /** Bytes of an array of so many numbers, header and padding included. */
  private static long order(int samples) {
    return 16 + (4L * samples + 7) / 8 * 8;
  }

  private static long bytes(Trainer trainer, Dataset data) {
    long[] threads = threads();
    long before = allocated(threads);
    trainer.fit(data, null, 1);
    return allocated(threads) - before;
  }

  @Test
  @DisplayName("100,000 predictions allocate 0 bytes")
  void prediction() {
    Sequential network = Networks.small();
    float[] input = new float[network.inputShape().size()];
    float[] output = new float[network.outputShape().size()];
    try (Model model = network.initialize(0);
        Predictor predictor = new Predictor(model)) {
      assertThat(bytes(100_000, () -> predictor.predict(input, output)))
          .as("bytes in 100,000 predictions")
          .isLessThanOrEqualTo(0);
    }
  }

  @Test
  @DisplayName("3,000 predictions of pixels, of segments and of parts of a batch allocate 0 bytes")
  void kindsOfPredictions() {
    Sequential network = Networks.small();
    byte[] pixels = new byte[3 * network.inputShape().size()];
    float[] output = new float[3 * network.outputShape().size()];
    try (Model model = network.initialize(0);
        Predictor predictor = new Predictor(model, 4);
        Arena arena = Arena.ofConfined()) {
      MemorySegment inputs = arena.allocate(pixels.length * 4L);
      MemorySegment bytes = arena.allocate(pixels.length);
      MemorySegment outputs = arena.allocate(output.length * 4L);
      assertThat(
              bytes(
                  3_000,
                  () -> {
                    predictor.predict(pixels, output, 3);
                    predictor.predict(inputs, outputs, 3);
                    predictor.predictPixels(bytes, outputs, 3);
                  }))
          .as("bytes in 3 x 3,000 predictions")
          .isLessThanOrEqualTo(0);
    }
  }

  @Test
  @DisplayName("10,000 publications between predictions allocate 0 bytes")
  void publication() {
    Sequential network = Networks.small();
    float[] input = new float[network.inputShape().size()];
    float[] output = new float[network.outputShape().size()];
    try (Model model = network.initialize(0);
        Weights weights = new Weights(model);
        Predictor predictor = new Predictor(weights)) {
      assertThat(
              bytes(
                  10_000,
                  () -> {
                    weights.publish(model);
                    predictor.predict(input, output);
                  }))
          .as("bytes in 10,000 publications")
          .isLessThanOrEqualTo(0);
    }
  }

  /**
   * Bytes that so many calls allocate: 0 if there is a round in which they do, else those of the last. Rounds of a
   * tenth come first, until one of them allocates nothing: most of the compilers' work is done then.
   */
  static long bytes(int simdCalls, Runnable call) {
    int calls = Kernels.SIMD ? simdCalls : simdCalls / 10;
    long[] threads = threads();
    for (int round = 0; round < ROUNDS && round(threads, calls / 10, call) > 0; round++) {}
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && bytes > 0; round++) {
      bytes = round(threads, calls, call);
    }
    return bytes;
  }

  private static long round(long[] threads, int calls, Runnable call) {
    long before = allocated(threads);
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return allocated(threads) - before;
  }
}
