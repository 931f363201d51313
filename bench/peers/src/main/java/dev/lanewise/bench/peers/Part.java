package dev.lanewise.bench.peers;

import java.util.List;
import java.util.Locale;

/** A part of the comparison. A JVM runs one part of one library, case by case. */
@SuppressWarnings("ImmutableEnumChecker") // the lists of List.of are immutable
enum Part {
  /** Single-precision products of square matrices. */
  GEMM("GFLOP/s", List.of(1, 2), List.of("64", "128", "256", "512", "1024", "2048")),

  /** The network's convolutions on 128 images. */
  CONVOLUTION(
      "GFLOP/s",
      List.of(1, 2),
      List.of(
          "conv1 forward", "conv1 weightGradient",
          "conv2 forward", "conv2 weightGradient", "conv2 dataGradient",
          "conv3 forward", "conv3 weightGradient", "conv3 dataGradient")),

  /** Training steps with Adam. */
  TRAINING("images/s", List.of(1, 2), List.of("128")),

  /** From an array of pixels to an array of logits. */
  PREDICTION("images/s", List.of(1), List.of("1", "128"));

  private final String unit;
  private final List<Integer> threads;
  private final List<String> cases;

  Part(String unit, List<Integer> threads, List<String> cases) {
    this.unit = unit;
    this.threads = threads;
    this.cases = cases;
  }

  /** What its rates count. */
  String unit() {
    return unit;
  }

  /** The numbers of threads that it is run with. */
  List<Integer> threads() {
    return threads;
  }

  /** Its cases, in the order of the report. */
  List<String> cases() {
    return cases;
  }

  /** As the command line has it. */
  String option() {
    return name().toLowerCase(Locale.ROOT);
  }
}
