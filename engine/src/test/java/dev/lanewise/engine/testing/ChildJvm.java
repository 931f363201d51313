package dev.lanewise.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Starts JVMs with the class path of the tests. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Starts a program; what it says on the standard error goes to this process's.
   *
   * @param options of Java, besides those that the engine needs
   * @param program a class with a main method
   */
  public static Process start(List<String> options, Class<?> program, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /**
   * Runs a program to its end, which must be a good one and come within two minutes.
   *
   * @return the lines of its standard output
   */
  public static List<String> run(List<String> options, Class<?> program, String... args)
      throws IOException, InterruptedException {
    Process process = start(options, program, args);
    CompletableFuture.delayedExecutor(2, TimeUnit.MINUTES).execute(process::destroyForcibly);
    try (BufferedReader output = process.inputReader()) {
      List<String> lines = output.lines().toList();
      assertThat(process.waitFor()).isZero();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
