package dev.lanewise.mnist.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.mnist.Browser;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.SampleResults;
import dev.lanewise.mnist.results.UnfinishedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a reader sees it. */
class ReportBrowserTest {
  @TempDir Path dir;

  @Test
  void isReadableOnAPhoneAndADesktopInLightAndDark() throws IOException {
    List<RunResult> runs = new ArrayList<>();
    for (String optimizer : Optimizer.names()) {
      runs.add(SampleResults.run(optimizer, 0, 5, 0.9 + runs.size() * 0.005));
      runs.add(SampleResults.run(optimizer, 1, 5, 0.91 + runs.size() * 0.002));
    }
    Path page =
        new Report(new ResultsFolder(dir), line -> {})
            .write(
                SampleResults.of(
                    runs, List.of(SampleResults.unfinished("sgd", UnfinishedRun.DIVERGED, 1, 6))),
                null);
    try (Browser browser = Browser.start()) {
      for (String scheme : new String[] {"light", "dark"}) {
        for (int width : new int[] {1280, 360}) {
          browser.size(width, 900).colourScheme(scheme).open(page).requireNoHorizontalScroll();

          assertThat(browser.errors()).isEmpty();
          assertThat(browser.evaluate("performance.getEntriesByType('resource').length"))
              .as("requests")
              .isEqualTo(0L);
          assertThat(browser.evaluate("document.querySelectorAll('.plot svg').length"))
              .isEqualTo((long) ReportCharts.IDS.size());
          assertThat(overlappingNames(browser)).as("names that overlap").isEqualTo(0L);
          assertThat(browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
              .isEqualTo(scheme.equals("dark"));
          assertThat(browser.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
              .isEqualTo(scheme.equals("dark") ? "rgb(20, 23, 28)" : "rgb(255, 255, 255)");
          browser.screenshot("report-" + scheme + "-" + width);
        }
      }
    }
  }

  @Test
  void drawsOneEpochOfOneOptimizerAndFollowsTheWidthOfTheWindow() throws IOException {
    Path page =
        new Report(new ResultsFolder(dir), line -> {})
            .write(
                SampleResults.of(List.of(SampleResults.run("adam", 0, 1, 1)), List.of()), null);
    try (Browser browser = Browser.start()) {
      browser.size(1280, 900).open(page).requireNoHorizontalScroll();
      assertThat(browser.evaluate("document.querySelectorAll('.plot svg').length"))
          .isEqualTo((long) ReportCharts.IDS.size());
      assertThat(browser.evaluate("document.querySelector('.plot svg').outerHTML").toString())
          .contains("aria-label=\"Line chart: Training accuracy", "role=\"img\"")
          .doesNotContain("NaN", "Infinity");

      browser.size(360, 900).requireNoHorizontalScroll();
      assertThat(browser.errors()).isEmpty();
    }
  }

  /** Pairs of names beside the lines of one chart, one of which lies on the other. */
  private static Object overlappingNames(Browser browser) {
    return browser.evaluate(
        """
        [...document.querySelectorAll('.plot')].flatMap(plot => {
          const boxes = [...plot.querySelectorAll('.name')].map(name => name.getBoundingClientRect());
          return boxes.filter((a, i) => boxes.some((b, j) =>
              i < j && a.top < b.bottom - 2 && b.top < a.bottom - 2 && a.left < b.right && b.left < a.right));
        }).length
        """.strip());
  }
}
