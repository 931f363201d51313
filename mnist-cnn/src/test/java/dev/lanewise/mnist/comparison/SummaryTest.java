package dev.lanewise.mnist.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Adam;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.terminal.Verbosity;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Symbols;
import dev.lanewise.mnist.training.ScheduleSpec;
import dev.lanewise.mnist.training.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void isToldOnceAndLeavesNoLiveLineBehind() {
    StringWriter written = new StringWriter();
    Screen screen =
        new Screen(
            new PrintWriter(written),
            () -> 80,
            Symbols.of(StandardCharsets.US_ASCII),
            Style.PLAIN,
            Verbosity.NORMAL);
    Path folder = Path.of("o");
    Settings settings =
        new Settings(
            List.of(Adam.keras()),
            List.of(0L),
            5,
            128,
            true,
            ScheduleSpec.parse("constant"),
            1,
            Integer.MAX_VALUE,
            null,
            folder,
            null,
            new Settings.Metrics(null, null));
    Summary summary = new Summary(settings, screen, new ResultsFolder(folder));

    summary.tell(true);
    screen.live("making the report");
    summary.tell(true);

    assertThat(written.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            "\nInterrupted: 0 of 1 runs finished\n\rmaking the report\r                 \r");
  }
}
