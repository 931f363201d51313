package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon the first line is there. Measured by the start of a JVM that does nothing, since machines
 * and what else they do differ, and by the best of some tries.
 */
class StartTest {
  private static final int TRIES = 6;

  /** Three times what it is. */
  private static final double MOST_BARE_STARTS = 27;

  @TempDir Path dir;

  /** A JVM that does nothing. */
  static final class Nothing {
    public static void main(String[] args) {
      System.out.println("nothing");
    }
  }

  @Test
  void theFirstLineIsThereSoon() throws IOException {
    double bare = Double.POSITIVE_INFINITY;
    double train = Double.POSITIVE_INFINITY;
    double serve = Double.POSITIVE_INFINITY;
    List<String> training = List.of("train", "--output", dir.resolve("o").toString());
    for (int i = 0; i < TRIES; i++) {
      bare = Math.min(bare, secondsToFirstLine(Nothing.class, List.of()));
      train = Math.min(train, secondsToFirstLine(Main.class, training));
      serve = Math.min(serve, secondsToFirstLine(Main.class, List.of("serve", "--port", "0")));
      if (i >= 1 && Math.max(train, serve) < MOST_BARE_STARTS * bare) {
        break;
      }
    }
    System.out.printf("first line after %.2f s, serve %.2f s, bare JVM %.2f s%n", train, serve, bare);
    assertThat(train / bare).as("train: %.2f s to the first line", train).isLessThan(MOST_BARE_STARTS);
    assertThat(serve / bare).as("serve: %.2f s to the first line", serve).isLessThan(MOST_BARE_STARTS);
  }

  private static double secondsToFirstLine(Class<?> mainClass, List<String> args)
      throws IOException {
    List<String> options = List.of("-XX:+UseSerialGC", "-Xmn32m"); // as the launcher has it
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(App.command(options, mainClass.getName(), args))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isNotNull();
      return (System.nanoTime() - start) * 1e-9;
    } finally {
      process.destroyForcibly();
    }
  }
}
