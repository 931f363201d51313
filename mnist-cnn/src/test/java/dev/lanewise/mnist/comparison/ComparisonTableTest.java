package dev.lanewise.mnist.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.TestPredictions;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.terminal.Verbosity;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Symbols;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
  private static final Screen UTF_8 = screen(StandardCharsets.UTF_8, 0);
  private static final Screen ASCII = screen(StandardCharsets.US_ASCII, 0);

  @Test
  void showsARowForEachRunBesideThePublishedAccuracy() {
    List<String> lines =
        ComparisonTable.of(
            List.of(run("sgd", 0, 0.9653, 0), run("momentum", 0, 0.98765, 4)), null, true, UTF_8);

    assertThat(lines.subList(0, 6))
        .containsExactly(
            "           valid.   publ.    test   train  valid.  time  images  bytes/",
            "optimizer  acc. %  acc. %  acc. %    loss    loss     s      /s  param.",
            "-".repeat(71),
            "sgd         96.53   96.50   95.00  0.2500  0.1250  30.1  12,000       0",
            "momentum    98.77       \u2013   95.00  0.2500  0.1250  30.1  12,000       4",
            "");
    assertThat(lines).allMatch(line -> line.length() <= 80);
  }

  @Test
  void leavesThePublishedColumnOutWhereItDoesNotCompare() {
    List<String> lines = ComparisonTable.of(List.of(run("sgd", 0, 0.9653, 0)), null, false, ASCII);

    assertThat(String.join("\n", lines)).doesNotContain("publ", "96.50");
  }

  @Test
  void addsMeanAndDeviationWhereThereAreSeveralSeeds() {
    List<String> lines =
        ComparisonTable.of(
            List.of(
                run("sgd", 0, 0.96, 0),
                run("sgd", 1, 0.97, 0),
                run("sgd", 2, 0.98, 0),
                run("rmsprop-momentum", 0, 0.99, 8)),
            null,
            true,
            UTF_8);

    assertThat(lines.get(6)).matches("sgd +mean +97.00 +96.50 +95.00 +0.2500 .*");
    assertThat(lines.get(7)).matches("sgd +std +1.00 +\u2013 +0.00 +0.0000 .*");
    assertThat(lines.get(8)).startsWith("rmsprop-momentum");
    assertThat(lines.get(9)).isEmpty();
    assertThat(lines).anyMatch(line -> line.startsWith("mean, std: over the seeds"));
    assertThat(lines).allMatch(line -> line.length() <= 80);
  }

  @Test
  void showsAnInterruptedRunWithItsLastEpochAndOutsideOfMeans() {
    EpochResult last = new EpochResult(3, 0.03, 0.99, 0.04, 0.985, 4, 12_000);
    Unfinished unfinished = new Unfinished("sgd", 2, 5, last, 12.5, 0, last, Path.of("best"));

    List<String> lines =
        ComparisonTable.of(
            List.of(run("sgd", 0, 0.96, 0), run("sgd", 1, 0.97, 0)), unfinished, true, ASCII);

    assertThat(lines.get(5)).matches("sgd +mean +96.50 .*");
    assertThat(lines.get(7)).matches("sgd 3/5 +2 +98.50 +- +- +0.0300 +0.0400 +12.5 +12,000 +0");
    assertThat(lines).contains("sgd 3/5: interrupted; the values are those after epoch 3 of 5");
    assertThat(ComparisonTable.of(List.of(), unfinished, false, ASCII).get(3))
        .matches("sgd 3/5 +98.50 .*");
  }

  @Test
  void aNarrowTerminalGetsFewerColumns() {
    List<String> lines =
        ComparisonTable.of(
            List.of(run("sgd", 0, 0.96, 0), run("rmsprop", 0, 0.97, 4)),
            null,
            true,
            screen(StandardCharsets.UTF_8, 40));

    assertThat(lines.subList(0, 5))
        .containsExactly(
            "           valid.    test  time",
            "optimizer  acc. %  acc. %     s",
            "-".repeat(31),
            "sgd         96.00   95.00  30.1",
            "rmsprop     97.00   95.00  30.1");
    assertThat(String.join("\n", lines)).doesNotContain("publ", "bytes");
  }

  @Test
  void theBestRunStandsOutInColour() {
    Screen colored =
        new Screen(
            new PrintWriter(Writer.nullWriter()),
            () -> 80,
            Symbols.of(StandardCharsets.UTF_8),
            new Style(true),
            Verbosity.NORMAL);
    List<String> lines =
        ComparisonTable.of(
            List.of(run("sgd", 0, 0.96, 0), run("adam", 0, 0.99, 8)), null, false, colored);

    assertThat(lines.get(3)).startsWith("sgd");
    assertThat(lines.get(4)).startsWith("\u001b[1;32madam").endsWith("\u001b[0m");
    assertThat(lines.get(0)).contains("bytes/");
  }

  @Test
  void usesAsciiWhereTheConsoleKnowsNothingElse() {
    List<String> lines =
        ComparisonTable.of(
            List.of(run("momentum", 0, 0.96, 4), run("momentum", 1, 0.97, 4)), null, true, ASCII);

    assertThat(String.join("\n", lines)).isASCII().contains(" - ");
  }

  private static Screen screen(Charset charset, int columns) {
    return new Screen(
        new PrintWriter(Writer.nullWriter()),
        () -> columns,
        Symbols.of(charset),
        Style.PLAIN,
        Verbosity.NORMAL);
  }

  private static RunResult run(String optimizer, long seed, double accuracy, int stateBytes) {
    RunResult.Epoch first = new RunResult.Epoch(0.5, 0.8, 0.4, 0.85, 6, 10_000);
    RunResult.Epoch last = new RunResult.Epoch(0.25, 0.9, 0.125, accuracy, 6, 15_000);
    return new RunResult(
        optimizer,
        seed,
        0.01,
        List.of(first, last),
        0.95,
        0.2,
        30.12,
        "00",
        stateBytes,
        new RunResult.Memory(400, 100L * stateBytes, 4000),
        List.of(),
        new TestPredictions(List.of(List.of(1)), List.of()));
  }
}
