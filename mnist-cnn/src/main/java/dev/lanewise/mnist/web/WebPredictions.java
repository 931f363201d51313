package dev.lanewise.mnist.web;

import com.sun.net.httpserver.HttpExchange;
import dev.lanewise.mnist.model.DigitReader;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.picture.Picture;
import dev.lanewise.mnist.picture.PictureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The JSON interface: docs/serve.md describes it. Thread-safe. */
final class WebPredictions {
  /** Pixels of the largest picture; decoding it takes up to 40 MB and a tenth of a second or so. */
  static final int MAX_PIXELS = 4_000_000;

  /** How long a request waits for its turn. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final DigitReader digits;
  private final WebBody bodies = new WebBody();

  /** Pictures may take half of the cores, so that requests with pixels are answered meanwhile. */
  private final Semaphore decoders =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  private volatile boolean warm;

  WebPredictions(DigitReader digits) {
    this.digits = digits;
  }

  void warmUp() {
    digits.warmUp();
    warm = true;
  }

  /** Whether the server is ready: until the JIT compiler has done its work, answers are slow. */
  WebReply health() {
    if (!warm) {
      throw new WebException(503, "warming up", Map.of("Retry-After", "1"));
    }
    return WebReply.json(
        200,
        "{\"status\":\"ready\",\"parametersSha256\":\"%s\",\"predictors\":%d}\n"
            .formatted(digits.parametersSha256(), digits.predictors()));
  }

  WebReply answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    boolean withInput = "input".equals(query);
    if (query != null && !withInput) {
      throw new WebException(400, "the only query allowed is ?input");
    }
    byte[] pixels = pixels(exchange);
    DigitReader.Answer answer = predict(pixels);
    return WebReply.json(200, json(answer, withInput ? pixels : new byte[0]));
  }

  private byte[] pixels(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String mediaType = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (mediaType) {
      case "application/json" -> PixelsJson.read(bodies.read(exchange));
      case "application/octet-stream" -> raw(bodies.read(exchange));
      case "image/png", "image/jpeg" -> picture(bodies.read(exchange));
      default ->
          throw new WebException(
              415,
              "Content-Type is none of application/json, application/octet-stream, image/png and"
                  + " image/jpeg",
              Map.of(
                  "Accept-Post",
                  "application/json, application/octet-stream, image/png, image/jpeg"));
    };
  }

  private static byte[] raw(byte[] body) {
    if (body.length != MnistForm.PIXELS) {
      throw new WebException(
          400, "%d bytes instead of %d".formatted(body.length, MnistForm.PIXELS));
    }
    return body;
  }

  private byte[] picture(byte[] body) throws IOException {
    acquireDecoder();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(body))) {
      return MnistForm.of(Picture.read(in, MAX_PIXELS));
    } catch (PictureException e) {
      throw new WebException(e.isTooLarge() ? 413 : 400, "the picture: " + e.getMessage());
    } finally {
      decoders.release();
    }
  }

  private void acquireDecoder() {
    try {
      if (decoders.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw busy();
  }

  private DigitReader.Answer predict(byte[] pixels) {
    try {
      DigitReader.Answer answer = digits.read(pixels, PATIENCE);
      if (answer != null) {
        return answer;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw busy();
  }

  private static WebException busy() {
    return new WebException(503, "too many requests at the moment", Map.of("Retry-After", "1"));
  }

  private static String json(DigitReader.Answer answer, byte[] input) {
    StringBuilder json = new StringBuilder(256 + 4 * input.length);
    json.append("{\"digit\":").append(answer.digit()).append(",\"probabilities\":[");
    for (float probability : answer.probabilities()) {
      json.append(probability).append(',');
    }
    json.setCharAt(json.length() - 1, ']');
    json.append(",\"microseconds\":").append(Math.round(answer.nanos() / 100.0) / 10.0);
    if (input.length > 0) {
      json.append(",\"input\":[");
      for (byte pixel : input) {
        json.append(pixel & 0xff).append(',');
      }
      json.setCharAt(json.length() - 1, ']');
    }
    return json.append("}\n").toString();
  }
}
