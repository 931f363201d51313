package dev.lanewise.mnist.web;

import dev.lanewise.mnist.RawHttp;
import dev.lanewise.mnist.picture.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Clients that a server must survive: slow, half-open, endless, malformed and oversized ones. */
final class Attackers implements AutoCloseable {
  private static final String HOST = "Host: localhost\r\n";
  private static final String POST = "POST /predict HTTP/1.1\r\n" + HOST;

  /** Slow and silent connections of each kind that are held at any time. */
  private static final int HELD = 10;

  private static final byte[] CHUNK =
      ("4000\r\n" + "z".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder attacks = new LongAdder();
  private volatile boolean stopped;

  private interface Attack {
    void on(RawHttp connection) throws IOException, InterruptedException;
  }

  /** Starts them all; they go on until they are closed. */
  Attackers(int port) throws IOException {
    this.port = port;
    for (int i = 0; i < HELD; i++) {
      repeat(100, RawHttp::rest); // never says a word
      repeat(100, http -> drip(http.send("GET / HTTP/1.1\r\nX: "), "x"));
      repeat(100, http -> http.send("GET / HTTP/1.1\r\n" + HOST).rest());
      repeat(100, http -> http.send(POST + "Content-Type: image/png\r\nContent-Length: 900\r\n\r\nx").rest());
      repeat(100, http -> drip(http.send(POST + "Content-Type: image/png\r\nContent-Length: 9999\r\n\r\n"), "y"));
    }
    repeat(200, this::endlessBody);
    flood(50, "GET / HTTP/1.1\r\n" + HOST + headers(10_000));
    flood(50, "GET /" + "a".repeat(1_000_000) + " HTTP/1.1\r\n" + HOST + "\r\n");
    flood(50, POST + "Content-Length: 99999999999\r\nContent-Type: image/png\r\n\r\n");
    flood(20, "DELETE /predict HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    flood(20, "GET /../../etc/passwd HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    flood(20, "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n");
    flood(20, POST + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + "[".repeat(100_000));
    repeat(20, http -> http.send(POST)); // hangs up in the middle
    flood(100, hugePicture());
  }

  /** The same request again and again, made once: the processors are the server's. */
  private void flood(int pauseMillis, String request) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    repeat(pauseMillis, http -> http.send(bytes).rest());
  }

  private void repeat(int pauseMillis, Attack attack) {
    Runnable loop =
        () -> {
          while (!stopped) {
            try (RawHttp connection = new RawHttp(port)) {
              attacks.increment();
              attack.on(connection);
            } catch (IOException e) {
              // Refused, reset or timed out: that is what the server is to do with it.
            } catch (InterruptedException e) {
              return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
          }
        };
    threads.add(Thread.ofVirtual().start(loop));
  }

  private static void drip(RawHttp connection, String piece)
      throws IOException, InterruptedException {
    while (true) { // until the server closes the connection
      connection.send(piece);
      Thread.sleep(200);
    }
  }

  private void endlessBody(RawHttp connection) throws IOException {
    connection.send(POST + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!stopped) {
      connection.send(CHUNK);
    }
  }

  private static String headers(int count) {
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < count; i++) {
      headers.append("X-").append(i).append(": y\r\n");
    }
    return headers.append("\r\n").toString();
  }

  private static String hugePicture() throws IOException {
    String picture = new String(Pictures.claiming(50_000, 50_000), StandardCharsets.ISO_8859_1);
    return POST
        + "Connection: close\r\nContent-Type: image/png\r\nContent-Length: "
        + picture.length()
        + "\r\n\r\n"
        + picture;
  }

  /** How many attacks have begun. */
  long attacks() {
    return attacks.sum();
  }

  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
  }
}
