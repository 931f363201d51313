package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
  private static final Symbols TYPOGRAPHIC = Symbols.of(StandardCharsets.UTF_8);
  private static final Symbols ASCII = Symbols.of(StandardCharsets.US_ASCII);

  @Test
  void showsARowForEachRunBesideThePublishedAccuracy() {
    List<String> lines =
        ComparisonTable.of(
            List.of(run("sgd", 0, 0.9653, 0), run("momentum", 0, 0.98765, 4)), true, TYPOGRAPHIC);

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
    List<String> lines = ComparisonTable.of(List.of(run("sgd", 0, 0.9653, 0)), false, ASCII);

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
            true,
            TYPOGRAPHIC);

    assertThat(lines.get(6)).startsWith("sgd").contains("mean", " 97.00\u00b11.00 ", " 96.50 ");
    assertThat(lines.get(7)).startsWith("rmsprop-momentum");
    assertThat(lines.get(8)).isEmpty();
    assertThat(lines).allMatch(line -> line.length() <= 80);
  }

  @Test
  void usesAsciiWhereTheConsoleKnowsNothingElse() {
    List<String> lines =
        ComparisonTable.of(
            List.of(run("momentum", 0, 0.96, 4), run("momentum", 1, 0.97, 4)), true, ASCII);

    assertThat(String.join("\n", lines)).isASCII().contains("96.50+-0.71", " - ");
  }

  private static RunResult run(String optimizer, long seed, double accuracy, int stateBytes) {
    RunResult.Epoch first = new RunResult.Epoch(0.5, 0.8, 0.4, 0.85, 6, 10_000);
    RunResult.Epoch last = new RunResult.Epoch(0.25, 0.9, 0.125, accuracy, 6, 15_000);
    return new RunResult(
        optimizer, seed, 0.01, List.of(first, last), 0.95, 0.2, 30.12, "00", stateBytes);
  }
}
