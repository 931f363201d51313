package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A page in a real Chromium, without a window and with a profile of its own.
 *
 * <p>Where Chromium or its driver is not installed, the test is skipped; with {@code
 * LANEWISE_BROWSER=required} in the environment it fails. Nothing is ever downloaded.
 */
public final class Browser implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
  private static final boolean REQUIRED = "required".equals(System.getenv("LANEWISE_BROWSER"));

  private final Path profile;
  private final ChromeDriver driver;
  private final List<String> earlier = new ArrayList<>();

  private Browser(Path profile, ChromeDriver driver) {
    this.profile = profile;
    this.driver = driver;
  }

  /** Starts Chromium, or skips the test. */
  public static Browser start() throws IOException {
    Path chromium = installed("chromium", "chromium-browser", "google-chrome");
    Path chromedriver = installed("chromedriver");
    if (chromium == null || chromedriver == null) {
      throw missing("Chromium or chromedriver is not on the PATH", null);
    }
    Path profile = Files.createTempDirectory("chromium");
    try {
      // With the driver's path given, Selenium does not look for one to download.
      ChromeDriverService service =
          new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build();
      return new Browser(profile, new ChromeDriver(service, options(chromium, profile)));
    } catch (WebDriverException e) {
      delete(profile);
      throw missing("Chromium does not start: " + e.getMessage(), e);
    }
  }

  private static ChromeOptions options(Path chromium, Path profile) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    return options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
  }

  /** The first of some programs that is on the PATH. */
  private static @Nullable Path installed(String... names) {
    List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
    return Stream.of(names)
        .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static RuntimeException missing(String reason, @Nullable Exception cause) {
    if (REQUIRED) {
      throw new IllegalStateException(reason, cause);
    }
    return abort(reason);
  }

  /** For what this class has no method for. */
  public ChromeDriver driver() {
    return driver;
  }

  public Browser open(URI page) {
    driver.get(page.toString());
    return this;
  }

  public Browser open(Path file) {
    return open(file.toUri());
  }

  /** Sets the size of the page in CSS pixels; a window could not be as narrow as a phone. */
  public Browser size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", false));
    return this;
  }

  /**
   * Sets what the user prefers.
   *
   * @param feature of a CSS media query, such as {@code prefers-color-scheme}
   * @param value such as {@code dark}
   */
  public Browser prefer(String feature, String value) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", feature, "value", value))));
    return this;
  }

  /** Light or dark. */
  public Browser colourScheme(String scheme) {
    return prefer("prefers-color-scheme", scheme);
  }

  /** The value of a JavaScript expression, its arguments being {@code arguments[0]} and so on. */
  public Object evaluate(String expression, Object... arguments) {
    return driver.executeScript("return " + expression, arguments);
  }

  /** Whether all of the page's width is in the window. */
  public Browser requireNoHorizontalScroll() {
    String page = "document.documentElement";
    assertThat(evaluate(page + ".scrollWidth - " + page + ".clientWidth"))
        .as("pixels to scroll sideways")
        .isEqualTo(0L);
    return this;
  }

  /**
   * Whether axe finds nothing in the page that shuts people out: contrasts, names for screen readers,
   * the order of headings, and so on.
   */
  public Browser requireAccessible() throws IOException {
    List<String> before = errors();
    try (InputStream axe = Browser.class.getResourceAsStream(AXE)) {
      driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object violations =
        driver.executeAsyncScript(
            """
            const done = arguments[0];
            axe.run().then(
                result => done(result.violations.flatMap(rule => rule.nodes.map(
                    node => rule.id + ": " + node.html + " " + node.failureSummary))),
                error => done([String(error)]));
            """);
    logs(); // axe draws on a canvas and is told how to do it faster
    earlier.addAll(before);
    assertThat((List<?>) violations).as("what shuts people out").isEmpty();
    return this;
  }

  /** What the console has complained about since the last call: scripts, policies, requests. */
  public List<String> errors() {
    List<String> errors = new ArrayList<>(earlier);
    earlier.clear();
    errors.addAll(logs());
    return errors;
  }

  private List<String> logs() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /**
   * Takes a picture of the window's part of the page.
   *
   * @return {@code target/screenshots/NAME.png}
   */
  public Path screenshot(String name) throws IOException {
    Files.createDirectories(SCREENSHOTS);
    return Files.write(
        SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() throws IOException {
    driver.quit();
    delete(profile);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
