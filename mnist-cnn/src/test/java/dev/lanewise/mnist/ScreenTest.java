package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.metrics.StepMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScreenTest {
  private final StringWriter written = new StringWriter();

  @Test
  void drawsTheLiveLineOverTheOneBeforeAndWipesItForALineThatStays() {
    Screen screen = screen(10);

    screen.live("a long line");
    screen.live("short");
    screen.println("stays");

    assertThat(written.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo("\ra long li\rshort    \r     \rstays\n");
  }

  @Test
  void hasNoLiveLineWithoutATerminal() {
    Screen screen = screen(0);

    screen.live("a long line");
    screen.println("stays");

    assertThat(written.toString()).isEqualTo("stays" + System.lineSeparator());
  }

  @Test
  void theLiveTextSaysHowFarAnEpochIs() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 79))
        .isEqualTo(
            "adam  1/5   50 %  loss 0.1235    10,800 images/s  3 s left    [####....]"
                .replace("[####....]", "[" + "#".repeat(7) + ".".repeat(8) + "]"));
    assertThat(LiveText.of("adam  1/5", step(1, 2.3), 0.01, 79)).contains("9:00 left");
    assertThat(LiveText.of("adam  1/5", step(54_000, 2.3), 5, 79)).contains("validating");
  }

  @ParameterizedTest
  @ValueSource(ints = {79, 60, 50, 40, 30, 20})
  void theLiveTextFitsNarrowTerminals(int columns) {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, columns))
        .startsWith("adam  1/5   50 %")
        .hasSizeLessThanOrEqualTo(columns);
  }

  @ParameterizedTest
  @CsvSource({"'24 80\n', 80", "'50 132', 132", "'0 0', 0", "'', 0", "'stty: what', 0", "80, 0"})
  void readsTheWidthFromStty(String size, int columns) {
    assertThat(Terminal.columnsIn(size)).isEqualTo(columns);
  }

  private static StepMetrics step(int samplesDone, double meanLoss) {
    return new StepMetrics(1, 7, samplesDone, 54_000, 0.5, meanLoss, 0.9, 0.001, 3);
  }

  private Screen screen(int columns) {
    return new Screen(new PrintWriter(written), columns, Symbols.of(StandardCharsets.US_ASCII));
  }
}
