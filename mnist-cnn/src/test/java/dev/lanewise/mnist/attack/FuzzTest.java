package dev.lanewise.mnist.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.App;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every parser under attack: whatever the bytes, it accepts them or refuses them with its own exception and one
 * line that names the file, soon, and with little heap.
 *
 * <p>{@code lanewise.fuzz.seconds} is the time for each parser of the long form, in which Jazzer watches which code
 * an input reaches and goes on from there; without it, the long form is skipped. {@code lanewise.seed} draws other
 * inputs for the short form.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("lanewise.fuzz.seconds", 0);
  private static final long SEED = Long.getLong("lanewise.seed", 1);
  private static final int INPUTS = 1_000;
  private static final int LONGEST_SECONDS = 20;
  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  @DisplayName("damaged inputs are accepted or refused as promised")
  void damaged(FuzzTarget target) throws Exception {
    FuzzRun run = new FuzzRun(target, folder);
    List<byte[]> seeds = target.seeds();
    // Neither JUnit's timeout nor an interrupt ends an endless loop; a daemon thread ends with the JVM.
    ExecutorService executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    try {
      for (byte[] good : seeds) {
        attack(executor, run, good, "a good input");
      }
      for (long i = 0; i < INPUTS; i++) {
        long seed = SEED * 1_000_003 + i;
        attack(
            executor,
            run,
            new FuzzMutator(seed, seeds, target.tokens).next(),
            "new FuzzMutator(%dL, seeds, tokens).next()".formatted(seed));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void attack(ExecutorService executor, FuzzRun run, byte[] input, String what) throws Exception {
    Callable<Void> attack =
        () -> {
          run.attack(input);
          return null;
        };
    try {
      executor.submit(attack).get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(what + ": " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError(what + ": no end after " + LONGEST_SECONDS + " s");
    }
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfSystemProperty(named = "lanewise.fuzz.seconds", matches = "[1-9]\\d*", disabledReason = "the long form")
  @DisplayName("so are those that Jazzer finds by watching what they reach")
  void guided(FuzzTarget target) throws Exception {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    for (byte[] seed : target.seeds()) {
      Files.write(corpus.resolve("seed-" + Arrays.hashCode(seed)), seed);
    }
    Path dictionary = Files.write(folder.resolve("tokens"), target.tokens.stream().map(FuzzTest::quoted).toList());
    Path found = Files.createDirectories(Path.of("target", "fuzz", target.name()).toAbsolutePath());
    Process jazzer =
        App.startClass(
            folder,
            List.of(),
            List.of(
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + folder,
                "-Dlanewise.kernels=scalar",
                "-Dlanewise.fuzz.target=" + target),
            "com.code_intelligence.jazzer.Jazzer",
            List.of(
                "--target_class=" + FuzzRun.class.getName(),
                "--instrumentation_includes=dev.lanewise.**",
                // It would take the connections to the server under attack for forged requests.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "--reproducer_path=" + found,
                "-artifact_prefix=" + found + "/",
                "-dict=" + dictionary,
                "-timeout=" + LONGEST_SECONDS,
                "-max_total_time=" + SECONDS,
                corpus.toString()));
    try {
      assertThat(jazzer.waitFor(SECONDS + 120, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      jazzer.destroyForcibly();
    }
    String text = Files.readString(folder.resolve("output.txt"), StandardCharsets.ISO_8859_1);
    assertThat(jazzer.exitValue()).as("inputs are in %s%n%s", found, tail(text)).isZero();
    Matcher runs = RUNS.matcher(text);
    assertThat(runs.find()).as(text).isTrue();
    System.out.printf("%s: %s inputs in %d s%n", target, runs.group(1), SECONDS);
  }

  private static String tail(String text) {
    List<String> lines = text.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  /** A token in the form of libFuzzer's dictionaries. */
  private static String quoted(String token) {
    StringBuilder line = new StringBuilder("\"");
    for (byte b : token.getBytes(StandardCharsets.ISO_8859_1)) {
      line.append("\\x%02X".formatted(b & 0xff));
    }
    return line.append('"').toString();
  }
}
