package dev.lanewise.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** The libraries, and what each of them is asked to do. Its class is loaded in a JVM of its own alone. */
enum Library {
  LANEWISE("Lanewise"),
  OPENBLAS("OpenBLAS"),
  ONEDNN("oneDNN"),
  NETLIB("netlib VectorBLAS"),
  EJML("EJML"),
  TENSORFLOW("TensorFlow Java"),
  PYTORCH("PyTorch"),
  DL4J("DL4J"),
  ONNX_RUNTIME("ONNX Runtime");

  private final String title;

  Library(String title) {
    this.title = title;
  }

  /** The library of an option such as {@code onnx-runtime}. */
  static Library of(String option) {
    for (Library library : values()) {
      if (library.option().equals(option)) {
        return library;
      }
    }
    throw new IllegalArgumentException(
        "no library " + option + "; there are " + Arrays.stream(values()).map(Library::option).toList());
  }

  /** As the command line has it. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As the report has it. */
  String title() {
    return title;
  }

  /** Whether it takes part. */
  boolean takes(Part part) {
    return switch (this) {
      case LANEWISE -> true;
      case OPENBLAS, NETLIB, EJML -> part == Part.GEMM;
      case ONEDNN -> part == Part.GEMM || part == Part.CONVOLUTION;
      case TENSORFLOW, PYTORCH -> part == Part.TRAINING || part == Part.PREDICTION;
      case DL4J -> part == Part.TRAINING;
      case ONNX_RUNTIME -> part == Part.PREDICTION;
    };
  }

  /** Why it cannot run with several threads, or empty if it can. */
  String refusal(int threads) {
    return this == NETLIB && threads > 1 ? "VectorBLAS has no threads of its own" : "";
  }

  /** Options that its JVM needs: nothing may be downloaded, and old libraries meet a new JDK. */
  List<String> jvm() {
    return switch (this) {
      case PYTORCH -> List.of("-Dai.djl.offline=true");
      default -> List.of();
    };
  }

  /** Its version, as the build resolved it. */
  String version() {
    try (InputStream in = Library.class.getResourceAsStream("versions.properties")) {
      Properties versions = new Properties();
      versions.load(in);
      return versions.getProperty(name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes it; its native libraries load no later than here or with its first job. */
  Peer peer() {
    return switch (this) {
      case LANEWISE -> new Lanewise();
      case OPENBLAS -> new OpenBlas();
      case ONEDNN -> new OneDnn();
      case NETLIB -> new Netlib();
      case EJML -> new Ejml();
      case TENSORFLOW -> new TensorFlowJava();
      case PYTORCH -> new PyTorch();
      case DL4J -> new Dl4j();
      case ONNX_RUNTIME -> new OnnxRuntime();
    };
  }
}
