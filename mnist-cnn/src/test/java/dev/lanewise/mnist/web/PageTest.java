package dev.lanewise.mnist.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.Browser;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;

/** The page as people use it, in a browser. */
class PageTest {
  /** In hundredths of the paper's side, from its middle. */
  private static final int[][] ONE = {{6, -30}, {2, -5}, {-3, 30}};

  private static final int[][] SEVEN = {{-20, -26}, {0, -28}, {21, -27}, {10, -4}, {0, 14}, {-6, 30}};

  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  private static WebServer server;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start();
    server = WebServer.start(null, null, 0, url -> {});
    server.warmUp();
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() {
    browser.size(1100, 800).colourScheme("light").open(URI.create(server.url()));
    browser.errors();
  }

  @AfterEach
  void nothingWentWrong() {
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void drawnDigitsAreRecognised() throws IOException {
    browser.screenshot("page-empty");
    browser.requireAccessible();
    draw(PointerInput.Kind.MOUSE, ONE);
    awaitDigit("1");
    assertThat(shown("verdict")).contains("sure");
    assertThat(shown("engine")).matches("[0-9,]+ µs");
    browser.screenshot("page-1");

    press("c");
    awaitDigit("–");
    draw(PointerInput.Kind.MOUSE, SEVEN);
    awaitDigit("7");
    browser.screenshot("page-7");
    browser.requireAccessible();
    assertThat(browser.evaluate("document.querySelectorAll('#bars li.best').length")).isEqualTo(1L);
    assertThat(shown("bars").lines()).hasSize(20).contains("7");
    await("the spoken result", () -> shown("spoken").startsWith("A 7. "));
  }

  @Test
  void fingersAndPensDraw() {
    draw(PointerInput.Kind.TOUCH, SEVEN);
    awaitDigit("7");
    press(Keys.ESCAPE);
    awaitDigit("–");
    draw(PointerInput.Kind.PEN, ONE);
    awaitDigit("1");
  }

  @Test
  void keysClearUndoAndToggle() {
    draw(PointerInput.Kind.MOUSE, SEVEN);
    awaitDigit("7");
    draw(PointerInput.Kind.MOUSE, new int[][] {{-12, 0}, {14, 1}});
    press("u");
    awaitDigit("7");
    press("u");
    awaitDigit("–");
    assertThat(shown("verdict")).isEqualTo("Nothing drawn yet");

    assertThat(element("input").isDisplayed()).isTrue();
    press("n");
    assertThat(element("input").isDisplayed()).isFalse();
    assertThat(element("view").getDomAttribute("aria-pressed")).isEqualTo("false");

    press("d");
    assertThat(element("theme").getDomAttribute("aria-pressed")).isEqualTo("true");
    assertThat(background()).isEqualTo("rgb(19, 22, 25)");
    press("d");
    assertThat(background()).isEqualTo("rgb(245, 244, 240)");
  }

  @Test
  void theFocusIsSeenOnEveryControl() {
    for (String id : new String[] {"pad", "clear", "undo", "view", "theme"}) {
      press(Keys.TAB);
      assertThat(browser.evaluate("document.activeElement.id")).isEqualTo(id);
      assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
          .isEqualTo("solid");
    }
    press(Keys.ENTER);
    assertThat(element("theme").getDomAttribute("aria-pressed")).isEqualTo("true");
  }

  @Test
  void everythingFitsOnAPhone() throws IOException {
    browser.size(360, 740).open(URI.create(server.url())).requireNoHorizontalScroll();
    draw(PointerInput.Kind.TOUCH, SEVEN);
    awaitDigit("7");
    browser.requireNoHorizontalScroll();
    browser.screenshot("page-phone");
    assertThat((Double) browser.evaluate("document.getElementById('bars').getBoundingClientRect().bottom + 0.01"))
        .as("the bars move in sight of the finger")
        .isLessThan(740);
    browser.size(320, 568);
    browser.requireNoHorizontalScroll();
  }

  @Test
  void theSystemsColoursAndMotionAreFollowed() throws IOException {
    browser.colourScheme("dark");
    assertThat(background()).isEqualTo("rgb(19, 22, 25)");
    draw(PointerInput.Kind.MOUSE, SEVEN);
    awaitDigit("7");
    browser.screenshot("page-dark");
    browser.requireAccessible();

    assertThat(browser.evaluate("getComputedStyle(document.querySelector('.fill')).transitionDuration"))
        .isNotEqualTo("0s");
    browser.prefer("prefers-reduced-motion", "reduce");
    assertThat(browser.evaluate("getComputedStyle(document.querySelector('.fill')).transitionProperty"))
        .isEqualTo("none");
  }

  @Test
  void theLossOfTheServerIsToldAndEnds() throws IOException {
    WebServer lost = WebServer.start(null, null, 0, url -> {});
    int port = lost.port();
    browser.open(URI.create(lost.url()));
    lost.close();
    draw(PointerInput.Kind.MOUSE, SEVEN);
    await("the fault", () -> shown("fault").startsWith("The server does not answer."));
    browser.screenshot("page-offline");
    browser.requireAccessible();
    try (WebServer again = WebServer.start(null, null, port, url -> {})) {
      assertThat(again.port()).isEqualTo(port);
      awaitDigit("7");
      await("the end of the fault", () -> !element("fault").isDisplayed());
    }
    assertThat(browser.errors()).isNotEmpty(); // the console has told of the refused requests
  }

  private static void draw(PointerInput.Kind kind, int[][] points) {
    WebElement pad = element("pad");
    int side = pad.getSize().getWidth();
    PointerInput pointer = new PointerInput(kind, "pointer-" + kind);
    Sequence stroke = new Sequence(pointer, 0);
    PointerInput.Origin origin = PointerInput.Origin.fromElement(pad);
    boolean down = false;
    for (int[] point : points) {
      stroke.addAction(
          pointer.createPointerMove(
              Duration.ofMillis(down ? 30 : 0), origin, point[0] * side / 100, point[1] * side / 100));
      if (!down) {
        stroke.addAction(pointer.createPointerDown(PointerInput.MouseButton.LEFT.asArg()));
        down = true;
      }
    }
    stroke.addAction(pointer.createPointerUp(PointerInput.MouseButton.LEFT.asArg()));
    browser.driver().perform(List.of(stroke));
  }

  private static void press(CharSequence key) {
    new Actions(browser.driver()).sendKeys(key).perform();
  }

  private static WebElement element(String id) {
    return browser.driver().findElement(By.id(id));
  }

  private static String shown(String id) {
    return String.valueOf(element(id).getDomProperty("innerText"));
  }

  private static String background() {
    return (String) browser.evaluate("getComputedStyle(document.body).backgroundColor");
  }

  private static void awaitDigit(String digit) {
    await("the digit " + digit, () -> shown("digit").equals(digit));
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
