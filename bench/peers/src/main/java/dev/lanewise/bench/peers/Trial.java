package dev.lanewise.bench.peers;

import dev.lanewise.bench.ConvolutionBenchmark;
import dev.lanewise.bench.GemmBenchmark;
import dev.lanewise.bench.Work;
import dev.lanewise.bench.Workload;
import dev.lanewise.engine.model.Model;
import java.util.Arrays;

/**
 * One case of one library: prepared, measured, and compared with what Lanewise computes. Lanewise computes only
 * after the measurement, so that its threads and its compiled code do not show in it.
 */
final class Trial {
  /** A result may differ by so much of the largest value: sums are added in another order. */
  static final double TOLERANCE = 1e-4;

  private static final double GIGA = 1e-9;

  private final Library library;
  private final Peer peer;
  private final int threads;
  private final double slice;
  private final double seconds;
  private final int batches;

  /**
   * Prepares a library.
   *
   * @param slice seconds of a slice of warming up
   * @param seconds of each measurement
   * @param batches batches that are trained on
   */
  Trial(Library library, int threads, double slice, double seconds, int batches) {
    this.library = library;
    this.peer = library.peer();
    this.threads = threads;
    this.slice = slice;
    this.seconds = seconds;
    this.batches = batches;
  }

  /**
   * What was measured.
   *
   * @param rate in the part's unit
   * @param gflops floating-point operations a second, in billions
   * @param accuracy on the validation images after an epoch; NaN where nothing is trained
   */
  record Measured(double rate, double gflops, double accuracy) {}

  /**
   * Runs a case.
   *
   * @throws IllegalStateException if the result is not Lanewise's
   */
  Measured run(Part part, String what) {
    return switch (part) {
      case GEMM -> gemm(what);
      case CONVOLUTION -> convolution(what);
      case TRAINING -> training();
      case PREDICTION -> prediction(Integer.parseInt(what));
    };
  }

  private Measured gemm(String size) {
    GemmBenchmark operands = new GemmBenchmark();
    operands.gemm = size + "x" + size + "x" + size;
    operands.threads = library == Library.LANEWISE ? threads : 1;
    operands.setUp();
    try (Job job = peer.gemm(operands, threads);
        Job reference = new Lanewise().gemm(operands, 1)) {
      double rate = Stopwatch.rate(job, slice, seconds);
      compare(job, reference);
      double gflops = rate * 2 * GIGA * operands.m * operands.n * operands.k;
      return new Measured(gflops, gflops, Double.NaN);
    } finally {
      operands.tearDown();
    }
  }

  private Measured convolution(String what) {
    String[] words = what.split(" ", -1);
    ConvolutionBenchmark operands = new ConvolutionBenchmark();
    operands.layer = words[0];
    operands.threads = library == Library.LANEWISE ? threads : 1;
    operands.setUp();
    Pass pass = Pass.of(words[1]);
    try (Job job = peer.convolution(operands, pass, threads);
        Job reference = new Lanewise().convolution(operands, pass, 1)) {
      double rate = Stopwatch.rate(job, slice, seconds);
      compare(job, reference);
      Work once = new Work();
      operands.forward(once);
      return new Measured(rate * once.gflop, rate * once.gflop, Double.NaN);
    } finally {
      operands.tearDown();
    }
  }

  private Measured training() {
    Digits digits = Digits.read(batches);
    try (Model model = Lanewise.model();
        Job job = peer.training(digits, Weights.of(model), threads)) {
      for (int i = 0; i < batches; i++) {
        job.run();
      }
      double accuracy = digits.accuracy(job.result());
      double rate = Stopwatch.rate(job, slice, seconds) * Digits.BATCH;
      return new Measured(rate, rate * Workload.GFLOP_PER_TRAINED_IMAGE, accuracy);
    }
  }

  private Measured prediction(int batch) {
    float[] pixels = Arrays.copyOf(Digits.read(1).batchPixels(0), batch * Digits.IMAGE);
    try (Model model = Lanewise.model();
        Job job = peer.prediction(pixels, batch, Weights.of(model), threads);
        Job reference = new Lanewise().prediction(pixels, batch, Weights.of(model), threads)) {
      double rate = Stopwatch.rate(job, slice, seconds) * batch;
      compare(job, reference);
      return new Measured(rate, rate * Workload.GFLOP_PER_PREDICTED_IMAGE, Double.NaN);
    }
  }

  /** Lanewise's own results are held to their definition by the tests of its benchmarks. */
  static void compare(Job job, Job reference) {
    compare(job.result().clone(), reference);
  }

  /** The same with a result that was taken before. */
  static void compare(float[] actual, Job reference) {
    reference.run();
    double distance = Floats.distance(actual, reference.result());
    if (!(distance <= TOLERANCE)) {
      throw new IllegalStateException("its result differs from Lanewise's by " + distance + " of the largest value");
    }
  }
}
