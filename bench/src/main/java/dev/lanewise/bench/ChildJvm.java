package dev.lanewise.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fresh JVMs of the Java that runs this, with the flags that the engine needs. */
public final class ChildJvm {
  /**
   * Loops of the peaks, which C2 must compile by themselves: inlined into {@code Team.run}, where it compiles that once more,
   * the one of fused multiply-adds ran at half its speed or less, and what is divided by it doubled.
   */
  static final List<String> NOT_INLINED =
      List.of("dev.lanewise.bench.PeakArithmeticBenchmark::chains", "dev.lanewise.bench.PeakMemoryBenchmark::sweep");

  /** What the engine needs, and silence about JMH's use of Unsafe; all else stays at the JVM's defaults. */
  private static final List<String> FLAGS =
      Stream.concat(
              Stream.of(
                  "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow", "-XX:CompileCommand=quiet"),
              NOT_INLINED.stream().map(method -> "-XX:CompileCommand=dontinline," + method))
          .toList();

  private ChildJvm() {}

  /** {@link #FLAGS} and some more. */
  static String[] flags(List<String> more, String... last) {
    List<String> all = new ArrayList<>(FLAGS);
    all.addAll(more);
    all.addAll(List.of(last));
    return all.toArray(new String[0]);
  }

  /**
   * Runs a class to its end; its standard error shows.
   *
   * @return what it wrote to standard output
   * @throws IOException if it fails
   */
  static String run(List<String> jvm, String classPath, Class<?> main, String... args)
      throws IOException, InterruptedException {
    return run(Map.of(), jvm, classPath, main, args);
  }

  /**
   * Runs a class to its end; its standard error shows.
   *
   * @param environment variables that it gets beside those of this process
   * @param jvm options beside those that the engine needs
   * @return what it wrote to standard output
   * @throws IOException if it fails
   * @throws InterruptedException if this thread is interrupted; the JVM is ended
   */
  public static String run(
      Map<String, String> environment, List<String> jvm, String classPath, Class<?> main, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(String.join(File.separator, System.getProperty("java.home"), "bin", "java"));
    command.addAll(List.of(flags(jvm, main.getName())));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    // Not as an option: ONNX Runtime 1.29.0 crashes where the command line is longer than 4,096 bytes.
    builder.environment().put("CLASSPATH", classPath);
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(main.getSimpleName() + " ended with exit code " + code + ": " + output);
      }
      return output.strip();
    } finally {
      process.destroyForcibly();
    }
  }

  /** The class path that this JVM runs from. */
  public static String ownClassPath() {
    return System.getProperty("java.class.path");
  }
}
