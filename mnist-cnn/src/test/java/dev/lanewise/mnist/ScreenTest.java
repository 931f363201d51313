package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.metrics.StepMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
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

    assertThat(lines())
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
            "adam  1/5   50 %  loss 0.1235  acc. 90.00   10,800 images/s  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 90))
        .endsWith("3 s left    [#######........]");
    assertThat(LiveText.of("adam  1/5", step(1, 2.3), 0.01, 79)).contains("9:00 left");
    assertThat(LiveText.of("adam  1/5", step(54_000, 2.3), 5, 79)).contains("validating");
  }

  @Test
  void aNarrowTerminalKeepsTheTimeLeftBeforeTheRest() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 50))
        .isEqualTo("adam  1/5   50 %  loss 0.1235  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 30))
        .isEqualTo("adam  1/5   50 %  3 s left  ");
  }

  @Test
  void followsTheTerminalWhenItIsMadeNarrower() {
    AtomicInteger columns = new AtomicInteger(21);
    Screen screen = screen(columns::get, Verbosity.NORMAL);

    screen.live("12345678901234567890");
    columns.set(11);
    screen.live("12345678901234567890");

    assertThat(lines()).isEqualTo("\r12345678901234567890\n\r1234567890");
  }

  @Test
  void longLinesAreBrokenBetweenWordsOnATerminalAlone() {
    screen(20).println("a line of more than twenty columns");
    screen(0).println("a line of more than twenty columns");

    assertThat(lines())
        .isEqualTo("a line of more than\n twenty columns\na line of more than twenty columns\n");
  }

  @Test
  void quietShowsResultsAloneAndVerboseDetailsToo() {
    for (Verbosity verbosity : Verbosity.values()) {
      Screen screen = screen(() -> 80, verbosity);
      screen.live("live");
      screen.detail("detail");
      screen.println("progress");
      screen.result("result");
      written.append("|");
    }

    assertThat(lines())
        .isEqualTo(
            "result\n|\rlive\r    \rprogress\nresult\n|"
                + "\rlive\r    \rdetail\nprogress\nresult\n|");
  }

  private String lines() {
    return written.toString().replace(System.lineSeparator(), "\n");
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
    return screen(() -> columns, Verbosity.NORMAL);
  }

  private Screen screen(IntSupplier columns, Verbosity verbosity) {
    return new Screen(
        new PrintWriter(written),
        columns,
        Symbols.of(StandardCharsets.US_ASCII),
        Style.PLAIN,
        verbosity);
  }
}
