package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How training grows with its size. */
class GrowthTest {
  @Test
  @DisplayName("Each series grows one size alone, on one thread and on all")
  void cases() {
    List<GrowthCase> cases = GrowthCase.all(2);
    assertThat(cases).hasSize(2 * (11 + 4 + 4)).doesNotHaveDuplicates();
    assertThat(cases).extracting(GrowthCase::threads).containsOnly(1, 2);
    assertThat(cases.stream().filter(c -> c.series().equals("batch")).map(GrowthCase::batch)).contains(1, 1024);
    assertThat(cases.stream().filter(c -> c.series().equals("image")))
        .allMatch(c -> c.batch() == 128 && c.width() == 1)
        .extracting(GrowthCase::side).contains(14, 112);
  }

  @Test
  @DisplayName("Work is counted as the layers' products need it")
  void work() {
    GrowthCase one = new GrowthCase("batch", 1, 28, 1, 1);
    double conv1 = 28 * 28 * 9 * 32;
    double conv2 = 14 * 14 * 9 * 32 * 64;
    double conv3 = 7 * 7 * 9 * 64 * 64;
    double dense = 7 * 7 * 64 * 64 + 64 * 10;
    assertThat(one.gflop()).isCloseTo(2e-9 * (2 * conv1 + 3 * (conv2 + conv3 + dense)), within(1e-15));
    assertThat(new GrowthCase("batch", 64, 28, 1, 2).gflop()).isCloseTo(64 * one.gflop(), within(1e-12));
    // 14 pools to 7, of which the second pooling drops one: six by six are computed.
    assertThat(new GrowthCase("image", 1, 14, 1, 1).gflop())
        .isCloseTo(
            2e-9 * (2 * 14 * 14 * 9 * 32 + 3 * (36 * 9 * 32 * 64 + 9 * 9 * 64 * 64 + 9 * 64 * 64 + 640.0)),
            within(1e-15));
  }

  @Test
  @DisplayName("Every network can be made, and half and four times as wide ones are that")
  void networks() {
    GrowthCase.all(1).forEach(c -> assertThat(c.network().parameterCount()).isPositive());
    long plain = new GrowthCase("width", 1, 28, 1, 1).network().parameterCount();
    assertThat(new GrowthCase("width", 1, 28, 4, 1).network().parameterCount()).isBetween(15 * plain, 16 * plain);
    assertThat(new GrowthCase("width", 1, 28, 0.5, 1).network().parameterCount()).isLessThan(plain / 3);
  }

  @Test
  @DisplayName("A case trains in earnest")
  void trains() {
    assertThat(GrowthRun.rate(new GrowthCase("batch", 512, 14, 0.5, 2), 0.01)).isPositive();
  }

  @Test
  @DisplayName("The page has every case and a line for each series, which fits times that are linear in the work")
  void page(@TempDir Path folder) throws Exception {
    Map<GrowthCase, double[]> rates = new LinkedHashMap<>();
    for (GrowthCase size : GrowthCase.all(2)) {
      double milliseconds = 0.25 + 10 * size.gflop() / size.threads();
      double rate = 1e3 * size.batch() / milliseconds;
      rates.put(size, new double[] {0.9 * rate, rate, rate});
    }
    Path page = new Growth(rates).write(folder, "Some CPU", Map.of("Java", "25"));
    String text = Files.readString(page);
    assertThat(page).hasFileName("some-cpu-growth.md");
    assertThat(text)
        .contains("- Java: 25", "| batch | 1 | 0.250 | 10.000 | 0 % |", "| image | 2 | 0.250 | 5.000 | 0 % |");
    assertThat(text.lines().filter(line -> line.startsWith("| image | 128 | 112 | 1.0 | 1 |"))).hasSize(1)
        .first().asString().contains("| 0.90 |");
    assertThat(SideBySideTest.rootOf(folder.resolve("some-cpu-growth-batch.svg"))).isEqualTo("svg");
    assertThat(SideBySideTest.rootOf(folder.resolve("some-cpu-growth-work.svg"))).isEqualTo("svg");
  }
}
