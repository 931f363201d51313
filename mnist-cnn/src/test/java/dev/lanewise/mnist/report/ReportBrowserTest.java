package dev.lanewise.mnist.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.mnist.Browser;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.SampleResults;
import dev.lanewise.mnist.results.TestPredictions;
import dev.lanewise.mnist.results.UnfinishedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;

/** The report as a reader sees it. */
class ReportBrowserTest {
  private static final String CUT_OFF =
      """
      [...document.querySelectorAll('.matrix, pre')].map(e => e.closest('.scroll') ?? e)
          .filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.scrollWidth} of ${e.clientWidth}: ${e.textContent}`)
      """
          .strip();

  /** As wide as MNIST's: two runs of it give the counts of 10,000 test images. */
  private static final TestPredictions MISTAKES =
      new TestPredictions(
          IntStream.range(0, 10)
              .mapToObj(
                  label ->
                      IntStream.range(0, 10)
                          .mapToObj(
                              predicted ->
                                  label != predicted ? label * predicted % 12 : 488 + label % 2 * 30)
                          .toList())
              .toList(),
          SampleResults.predictions(10).mistakes());

  @TempDir Path dir;

  @Test
  void isReadableOnAPhoneAndADesktopInLightAndDark() throws IOException {
    List<RunResult> runs = new ArrayList<>();
    for (String optimizer : Optimizer.names()) {
      runs.add(SampleResults.run(optimizer, 0, 5, 0.9 + runs.size() * 0.005, MISTAKES));
      runs.add(SampleResults.run(optimizer, 1, 5, 0.91 + runs.size() * 0.002, MISTAKES));
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
          assertThat(browser.evaluate(CUT_OFF)).as("matrices and texts cut off").isEqualTo(List.of());
          assertThat(browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
              .isEqualTo(scheme.equals("dark"));
          assertThat(browser.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
              .isEqualTo(scheme.equals("dark") ? "rgb(20, 23, 28)" : "rgb(255, 255, 255)");
          browser.screenshot("report-" + scheme + "-" + width);
          requireAccessible(browser);
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

  @Test
  void aFingerOnAChartShowsItsValuesUntilTheNextTouchElsewhere() throws IOException {
    Path page =
        new Report(new ResultsFolder(dir), line -> {})
            .write(
                SampleResults.of(
                    List.of(
                        SampleResults.run("sgd", 0, 3, 0.9), SampleResults.run("adam", 0, 3, 0.99)),
                    List.of()),
                null);
    try (Browser browser = Browser.start()) {
      browser.size(360, 900).open(page);
      WebElement chart = browser.driver().findElement(By.cssSelector(".plot svg"));
      tap(browser, chart);
      assertThat(browser.evaluate("document.querySelector('.tip').innerText"))
          .asString()
          .startsWith("epoch 2")
          .contains("adam", "sgd");

      tap(browser, browser.driver().findElement(By.tagName("h1")));
      assertThat(browser.evaluate("document.querySelectorAll('.tip').length")).isEqualTo(0L);
      assertThat(browser.errors()).isEmpty();
    }
  }

  private static void tap(Browser browser, WebElement element) {
    browser.evaluate("arguments[0].scrollIntoView({block: 'center'})", element);
    PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");
    browser
        .driver()
        .perform(
            List.of(
                new Sequence(finger, 0)
                    .addAction(
                        finger.createPointerMove(
                            Duration.ZERO, PointerInput.Origin.fromElement(element), 0, 0))
                    .addAction(finger.createPointerDown(PointerInput.MouseButton.LEFT.asArg()))
                    .addAction(finger.createPointerUp(PointerInput.MouseButton.LEFT.asArg()))));
  }

  /** Colours are not compared where a gradient lies below, as the shadow of what scrolls does. */
  private static void requireAccessible(Browser browser) throws IOException {
    browser
        .driver()
        .executeScript("document.querySelectorAll('.scroll').forEach(e => e.style.background = 'none')");
    browser.requireAccessible();
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
