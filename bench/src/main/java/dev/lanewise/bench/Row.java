package dev.lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One kernel at one size, as {@link RowsRun} measures it without JMH: the benchmark's own set-up, work and counts.
 *
 * @param name for example {@code conv2 forward, 1 thread}
 * @param peak what it is divided by: fused multiply-adds, or a loop with Adam's traffic
 * @param work opens the benchmark
 */
record Row(String name, Supplier<Run> peak, Supplier<Run> work) {
  /** A benchmark that is set up. */
  interface Run extends AutoCloseable {
    /** Does the work once, and counts it. */
    void run(Work work);

    @Override
    void close();
  }

  /** Every row of the gate. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (int threads = 1; threads <= 2; threads++) {
      for (int size = 64; size <= 2048; size *= 2) {
        rows.add(gemm(size, threads));
      }
      for (String layer : List.of("conv1", "conv2", "conv3")) {
        for (String pass : List.of("forward", "weights", "data")) {
          if (!layer.equals("conv1") || !pass.equals("data")) { // nobody needs the gradient of the network's input
            rows.add(convolution(layer, pass, threads));
          }
        }
      }
      rows.add(training(threads));
      for (int parameters : new int[] {93_322, 50_000_000}) {
        rows.add(adam(parameters, threads));
      }
    }
    for (int batch : new int[] {1, 128}) {
      rows.add(prediction(batch));
    }
    return rows;
  }

  private static Row gemm(int size, int threads) {
    return new Row(
        String.format(Locale.ROOT, "gemm %d, %s", size, threads(threads)), () -> arithmetic(threads), () -> {
          GemmBenchmark benchmark = new GemmBenchmark();
          benchmark.gemm = size + "x" + size + "x" + size;
          benchmark.threads = threads;
          benchmark.setUp();
          return run(benchmark::gemm, benchmark::tearDown);
        });
  }

  private static Row convolution(String layer, String pass, int threads) {
    return new Row(
        String.format(Locale.ROOT, "%s %s, %s", layer, pass, threads(threads)), () -> arithmetic(threads), () -> {
          ConvolutionBenchmark benchmark = new ConvolutionBenchmark();
          benchmark.layer = layer;
          benchmark.threads = threads;
          benchmark.setUp();
          return run(
              switch (pass) {
                case "forward" -> benchmark::forward;
                case "weights" -> benchmark::weightGradient;
                default -> benchmark::dataGradient;
              },
              benchmark::tearDown);
        });
  }

  private static Row training(int threads) {
    return new Row("training, " + threads(threads), () -> arithmetic(threads), () -> {
      TrainingBenchmark benchmark = new TrainingBenchmark();
      benchmark.threads = threads;
      benchmark.batches = 4;
      benchmark.setUp();
      return run(benchmark::train, benchmark::tearDown);
    });
  }

  private static Row prediction(int batch) {
    return new Row("prediction of " + batch + ", 1 thread", () -> arithmetic(1), () -> {
      PredictionBenchmark benchmark = new PredictionBenchmark();
      benchmark.batch = batch;
      benchmark.setUp();
      return run(benchmark::predict, benchmark::tearDown);
    });
  }

  private static Row adam(int parameters, int threads) {
    return new Row(
        String.format(Locale.ROOT, "adam %d, %s", parameters, threads(threads)), () -> memory(parameters, threads),
        () -> {
          UpdateBenchmark benchmark = new UpdateBenchmark();
          benchmark.optimizer = "adam";
          benchmark.parameters = parameters;
          benchmark.threads = threads;
          benchmark.setUp();
          return run(benchmark::update, benchmark::tearDown);
        });
  }

  private static Run arithmetic(int threads) {
    PeakArithmeticBenchmark benchmark = new PeakArithmeticBenchmark();
    benchmark.threads = threads;
    benchmark.setUp();
    return run(benchmark::fma, benchmark::tearDown);
  }

  private static Run memory(int parameters, int threads) {
    PeakMemoryBenchmark benchmark = new PeakMemoryBenchmark();
    benchmark.parameters = parameters;
    benchmark.threads = threads;
    benchmark.setUp();
    return run(benchmark::memory, benchmark::tearDown);
  }

  private static String threads(int count) {
    return count == 1 ? "1 thread" : count + " threads";
  }

  private static Run run(Consumer<Work> work, Runnable tearDown) {
    return new Run() {
      @Override
      public void run(Work counts) {
        work.accept(counts);
      }

      @Override
      public void close() {
        tearDown.run();
      }
    };
  }
}
