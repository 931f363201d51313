package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the tests of pages would see what they look for. */
class BrowserTest {
  @TempDir Path dir;

  @Test
  void seesSizesColoursAndErrors() throws IOException {
    Path page =
        Files.writeString(
            dir.resolve("page.html"),
            """
            <!doctype html><title>A page</title><link rel="icon" href="data:,">
            <style>
              body { margin: 0 } div { width: 400px; height: 9px }
              @media (prefers-color-scheme: dark) { body { background: #010203 } }
            </style>
            <div></div><script>console.error("broken " + 6 * 7)</script>
            """);
    try (Browser browser = Browser.start()) {
      browser.size(400, 300).colourScheme("dark").open(page).requireNoHorizontalScroll();

      assertThat(browser.evaluate("innerWidth")).isEqualTo(400L);
      assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(1, 2, 3)");
      assertThat(browser.errors()).singleElement().asString().contains("broken 42");
      assertThat(browser.errors()).isEmpty();

      Path screenshot = browser.screenshot("browser-test");
      assertThat(ImageIO.read(screenshot.toFile()).getWidth()).isEqualTo(800);
      browser.size(399, 300);
      assertThat(browser.evaluate("document.documentElement.scrollWidth")).isEqualTo(400L);
    }
  }
}
