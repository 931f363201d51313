package dev.lanewise.bench.peers;

import dev.lanewise.bench.PeakArithmeticBenchmark;
import dev.lanewise.bench.Work;

/** Prints the fused multiply-adds a second that this JVM reaches, in GFLOP/s: {@code THREADS SLICE SECONDS}. */
final class PeakRun {
  private PeakRun() {}

  /** Measures and prints. */
  public static void main(String[] args) {
    PeakArithmeticBenchmark state = new PeakArithmeticBenchmark();
    state.threads = Integer.parseInt(args[0]);
    state.setUp();
    try {
      Work once = new Work();
      state.fma(once);
      Work work = new Work();
      Job job =
          new Job() {
            @Override
            public void run() {
              state.fma(work);
            }

            @Override
            public float[] result() {
              return new float[0];
            }
          };
      System.out.println(Stopwatch.rate(job, Double.parseDouble(args[1]), Double.parseDouble(args[2])) * once.gflop);
    } finally {
      state.tearDown();
    }
  }
}
