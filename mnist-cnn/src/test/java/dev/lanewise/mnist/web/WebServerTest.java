package dev.lanewise.mnist.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.mnist.RawHttp;
import dev.lanewise.mnist.model.DigitModel;
import dev.lanewise.mnist.model.DigitReader;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.picture.Pictures;
import java.awt.Color;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/serve.md promises of the pages and the JSON interface. */
class WebServerTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String HOST = "Host: localhost\r\n";
  private static final byte[] SEVEN = seven();
  private static WebServer server;

  @BeforeAll
  static void start() {
    server = WebServer.start(null, null, 0, url -> {});
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void allThreeFormsOfAPictureGetTheSameAnswer() throws Exception {
    byte[] pixels = MnistForm.of(Pictures.read(SEVEN));
    JsonObject fromPicture = answer(post("image/png", SEVEN));
    JsonObject fromPixels = answer(post("application/octet-stream", pixels));
    JsonObject fromJson = answer(post("application/json; charset=utf-8", json(pixels)));

    assertThat(fromPicture.get("digit").getAsInt()).isEqualTo(7);
    JsonArray probabilities = fromPicture.getAsJsonArray("probabilities");
    assertThat(probabilities).hasSize(10);
    assertThat(probabilities.asList().stream().mapToDouble(p -> p.getAsDouble()).sum())
        .isBetween(0.9999, 1.0001);
    assertThat(fromPicture.get("microseconds").getAsDouble()).isPositive();
    assertThat(fromPixels.getAsJsonArray("probabilities")).isEqualTo(probabilities);
    assertThat(fromJson.getAsJsonArray("probabilities")).isEqualTo(probabilities);
    assertThat(fromPicture.has("input")).isFalse();
  }

  @Test
  void jpegIsReadAndTheInputShownOnDemand() throws Exception {
    byte[] jpeg = Pictures.jpeg(Pictures.seven(400, 300, Color.WHITE, Color.BLACK));
    JsonObject answer = answer(send("/predict?input", "POST", "image/jpeg", jpeg));

    assertThat(answer.get("digit").getAsInt()).isEqualTo(7);
    byte[] seen = MnistForm.of(Pictures.read(jpeg));
    int[] input = answer.getAsJsonArray("input").asList().stream().mapToInt(p -> p.getAsInt()).toArray();
    assertThat(input).hasSize(784);
    assertThat(IntStream.range(0, 784).allMatch(i -> input[i] == (seen[i] & 0xff))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "{", "[]", "null", "{}", "{\"pixels\":null}", "{\"pixels\":[]}", "{\"pixels\":[0,0]}",
        "{\"pixels\":\"abc\"}", "{\"pixels\":{}}", "{\"image\":[]}", "{'pixels':[]}",
        "{\"image\":[ZEROS]}", "{'pixels':[ZEROS]}", "{\"pixels\":[ZEROS];}", "ALL,1]}", "ALL],\"pixels\":[]}", "ALL]} x", "ALL]", "ALL]}{}", "\u00ff"
      })
  void otherJsonIs400(String text) throws Exception {
    String zeros = "0" + ",0".repeat(783);
    String body = text.replace("ALL", "{\"pixels\":[ZEROS").replace("ZEROS", zeros);
    assertError(post("application/json", body.getBytes(StandardCharsets.ISO_8859_1)), 400);
  }

  @Test
  void jsonThatIsNotUtf8IsToldSo() throws Exception {
    HttpResponse<String> answer = post("application/json", "{\"p\u00ffxels\":[]}".getBytes(StandardCharsets.ISO_8859_1));
    assertError(answer, 400);
    assertThat(answer.body()).contains("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "256", "1.5", "1e9", "99999999999999999999", "NaN", "true", "\"1\"", "[1]", "01"})
  void otherPixelsAre400(String pixel) throws Exception {
    String body = "{\"pixels\":[" + "0,".repeat(783) + pixel + "]}";
    assertError(post("application/json", body.getBytes(StandardCharsets.UTF_8)), 400);
  }

  @Test
  void unusablePicturesAre400Or413() throws Exception {
    assertError(post("image/png", new byte[] {1, 2, 3}), 400);
    assertError(post("image/png", Arrays.copyOf(SEVEN, SEVEN.length / 2)), 400);
    assertError(post("image/png", Pictures.png(Pictures.seven(9, 9, Color.RED, Color.RED))), 400);
    assertError(post("image/png", Pictures.claiming(50_000, 50_000)), 413);
    assertError(post("application/octet-stream", new byte[783]), 400);
    assertError(post("application/octet-stream", new byte[785]), 400);
    assertError(send("/predict?x=1", "POST", "image/png", SEVEN), 400);
  }

  @Test
  void largeBodiesAre413HoweverTheyAreSent() throws Exception {
    assertError(post("image/png", new byte[WebBody.MAX_BYTES + 1]), 413);
    byte[] endless = new byte[3 * WebBody.MAX_BYTES];
    HttpRequest chunked =
        HttpRequest.newBuilder(uri("/predict"))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(endless)))
            .build();
    assertError(CLIENT.send(chunked, BodyHandlers.ofString()), 413);
    // Just within the limit: a body that is read to its end, and is no picture then.
    assertError(post("image/png", new byte[WebBody.MAX_BYTES]), 400);
  }

  @Test
  void bodiesThatDripAre408() throws Exception {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send("POST /predict HTTP/1.1\r\n" + HOST + "Content-Type: image/png\r\nContent-Length: 9999\r\n\r\n");
      Thread drip =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (true) {
                    http.send("x");
                    Thread.sleep(100);
                  }
                } catch (IOException | InterruptedException e) {
                  // The answer has come.
                }
              });
      assertThat(http.rest()).startsWith("HTTP/1.1 408 ").contains("\"status\":408");
      drip.interrupt();
    }
  }

  @Test
  void onlySoManyLargeBodiesAreReadAtATime() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    byte[] large = new byte[WebBody.SMALL_BYTES + 1];
    try {
      for (int i = 0; i < WebBody.LARGE_BODIES; i++) {
        slow.add(slowBody(large));
      }
      HttpResponse<String> refused = post("image/png", large);
      // A body of ours that came early may have had one of the slow ones refused.
      for (int i = 0; i < 100 && refused.statusCode() != 503; i++) {
        slow.add(slowBody(large));
        Thread.sleep(10);
        refused = post("image/png", large);
      }
      assertError(refused, 503);
      assertThat(header(refused, "Retry-After")).isEqualTo("1");
      assertThat(post("application/octet-stream", new byte[MnistForm.PIXELS]).statusCode()).as("a small body").isEqualTo(200);
    } finally {
      for (RawHttp connection : slow) {
        connection.close();
      }
    }
    assertError(untilStatus(400, large), 400);
  }

  /** Begins to send a large body, and leaves it at that. */
  private RawHttp slowBody(byte[] begin) throws IOException {
    return new RawHttp(server.port())
        .send("POST /predict HTTP/1.1\r\n" + HOST + "Content-Type: image/png\r\nContent-Length: 99999\r\n\r\n")
        .send(begin);
  }

  /** Sends a body until it gets this answer, for at most as long as a slow body is waited for. */
  private static HttpResponse<String> untilStatus(int status, byte[] body) throws Exception {
    long deadline = System.nanoTime() + WebBody.TIME.toNanos();
    HttpResponse<String> response = post("image/png", body);
    while (response.statusCode() != status && System.nanoTime() < deadline) {
      Thread.sleep(10);
      response = post("image/png", body);
    }
    return response;
  }

  @Test
  void whatFailsInsideIs500WithoutTheReason() throws Exception {
    HttpServer broken = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (Model model = Sequential.of(Shape.of(2), Dense.of(2)).initialize(0); // takes no picture
        DigitReader digits = new DigitReader(model, 1)) {
      broken.createContext("/", new WebHandler(digits, true));
      broken.start();
      String headers = HOST + "Content-Type: application/octet-stream\r\nContent-Length: 784\r\n";
      String answer =
          RawHttp.exchange(broken.getAddress().getPort(), "POST /predict HTTP/1.1", headers, "x".repeat(784));
      assertThat(answer).startsWith("HTTP/1.1 500 ").endsWith("{\"status\":500,\"error\":\"the server failed to answer this\"}\n");
    } finally {
      broken.stop(0);
    }
  }

  @Test
  void bodiesNeedALengthAndAKnownType() throws Exception {
    assertThat(raw("POST /predict HTTP/1.1", HOST + "Content-Type: image/png\r\n"))
        .startsWith("HTTP/1.1 411 ");
    assertError(post("text/plain", SEVEN), 415);
    assertThat(raw("POST /predict HTTP/1.1", HOST + "Content-Length: 0\r\n"))
        .startsWith("HTTP/1.1 415 ")
        .contains("Accept-post: application/json, ");
    assertThat(raw("POST /predict HTTP/1.1", HOST + "Content-Length: -1\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(raw("POST /predict HTTP/1.1", HOST + "Content-Length: 1\r\nContent-Length: 2\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-1", "x", "99999999999999999999", ""})
  void aLengthBesideChunksIs400(String length) throws IOException {
    String headers = HOST + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\nContent-Length: ";
    assertThat(RawHttp.exchange(server.port(), "POST /predict HTTP/1.1", headers + length + "\r\n", "1\r\nx\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailto:x", "localhost:80", "http:", "*", "?", "#", "http://localhost", "//"})
  void targetsWithoutPathLeadNowhere(String target) throws IOException {
    assertThat(raw("GET " + target + " HTTP/1.1", HOST)).doesNotStartWith("HTTP/1.1 5").doesNotStartWith("HTTP/1.1 2");
    assertThat(raw("GET /icon.svg HTTP/1.1", HOST)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /predict, POST", "HEAD, /predict, POST", "PUT, /predict, POST", "OPTIONS, /predict, POST",
    "POST, /, 'GET, HEAD'", "DELETE, /page.js, 'GET, HEAD'", "POST, /health, 'GET, HEAD'",
    "TRACE, /, 'GET, HEAD'", "nonsense, /, 'GET, HEAD'"
  })
  void otherMethodsAre405(String method, String path, String allowed) throws IOException {
    assertThat(raw(method + " " + path + " HTTP/1.1", HOST + "Content-Length: 0\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nAllow: " + allowed + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing", "/page.html", "/../page.js", "/..%2fpage.js", "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd", "/web/page.html", "/data/SHA256SUMS", "/page.js/", "/predict/", "/\\..\\x",
        "/page.js%00.png"
      })
  void otherPathsLeadNowhere(String path) throws IOException {
    assertThat(raw("GET " + path + " HTTP/1.1", HOST)).matches("(?s)HTTP/1.1 40[04] .*");
  }

  @Test
  void foreignNamesOfThisMachineAreRefused() throws IOException {
    String line = "GET / HTTP/1.1";
    for (String host : new String[] {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080"}) {
      assertThat(raw(line, "Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 200 ");
    }
    for (String host : new String[] {"evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "1.2.3.4", ""}) {
      assertThat(raw(line, "Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 421 ");
    }
    assertThat(raw(line, "")).startsWith("HTTP/1.1 421 ");
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8", "/page.css, text/css; charset=utf-8",
    "/page.js, text/javascript; charset=utf-8", "/pad.js, text/javascript; charset=utf-8",
    "/icon.svg, image/svg+xml"
  })
  void pagesHaveTheirTypesAndSafeHeaders(String path, String type) throws Exception {
    HttpResponse<String> page = send(path, "GET", "text/plain", new byte[0]);

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).isNotEmpty().doesNotContain("https:", "style=\"", "onclick");
    assertThat(header(page, "Content-Type")).isEqualTo(type);
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(page, "Content-Security-Policy"))
        .startsWith("default-src 'none';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    HttpResponse<String> head = send(path, "HEAD", "text/plain", new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "Content-Length"))
        .isEqualTo(Integer.toString(page.body().getBytes(StandardCharsets.UTF_8).length));
  }

  @Test
  void healthTellsWhenTheServerIsWarm() throws Exception {
    try (WebServer cold = WebServer.start(null, null, 0, url -> {})) {
      HttpRequest health = HttpRequest.newBuilder(URI.create(cold.url() + "health")).build();
      HttpResponse<String> before = CLIENT.send(health, BodyHandlers.ofString());
      assertError(before, 503);
      assertThat(header(before, "Retry-After")).isEqualTo("1");

      cold.warmUp();
      HttpResponse<String> after = CLIENT.send(health, BodyHandlers.ofString());
      assertThat(after.statusCode()).isEqualTo(200);
      assertThat(after.body()).contains("\"ready\"", DigitModel.BUNDLED_PARAMETERS_SHA256);
      assertThat(header(after, "Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void aConnectionServesManyRequests() throws IOException {
    String request = "GET /icon.svg HTTP/1.1\r\n" + HOST;
    try (RawHttp http = new RawHttp(server.port())) {
      String answers = http.send((request + "\r\n").repeat(20) + request + "Connection: close\r\n\r\n").rest();
      assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(22);
    }
  }

  private static byte[] seven() {
    try {
      return Pictures.png(Pictures.seven(200, 200, Color.BLACK, Color.WHITE));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] json(byte[] pixels) {
    return IntStream.range(0, pixels.length)
        .mapToObj(i -> Integer.toString(pixels[i] & 0xff))
        .collect(Collectors.joining(", ", "{\"pixels\": [", "]}"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String raw(String requestLine, String headers) throws IOException {
    return RawHttp.exchange(server.port(), requestLine, headers, "");
  }

  private static HttpResponse<String> post(String type, byte[] body) throws Exception {
    return send("/predict", "POST", type, body);
  }

  private static HttpResponse<String> send(String path, String method, String type, byte[] body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofByteArray(body))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create(server.url()).resolve(path);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static JsonObject answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static void assertError(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonObject error = JsonParser.parseString(response.body()).getAsJsonObject();
    assertThat(error.get("status").getAsInt()).isEqualTo(status);
    assertThat(error.get("error").getAsString()).isNotBlank();
  }
}
