package dev.lanewise.mnist.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Symbols;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void takesTheLiveLineAwayOnce() {
    Screen screen = screen(10);

    screen.live("live");
    screen.clear();
    screen.clear();

    assertThat(lines()).isEqualTo("\rlive\r    \r");
  }

  @Test
  void hasNoLiveLineWithoutATerminal() {
    Screen screen = screen(0);

    screen.live("a long line");
    screen.println("stays");

    assertThat(written.toString()).isEqualTo("stays" + System.lineSeparator());
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
  @CsvSource({"'24 80\n', 80", "'50 132', 132", "'0 0', 0", "'', 0", "'stty: what', 0", "80, 0"})
  void readsTheWidthFromStty(String size, int columns) {
    assertThat(Terminal.columnsIn(size)).isEqualTo(columns);
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
