package dev.lanewise.mnist.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests within limits of size, time and memory. Small bodies are always
 * read; of large ones only so many at a time, whatever slow senders do. Thread-safe.
 */
final class WebBody {
  static final int MAX_BYTES = 1 << 20;

  /** Time for all of a body. */
  static final Duration TIME = Duration.ofSeconds(5);

  private static final Duration SKIP_TIME = Duration.ofSeconds(1);
  private static final int SKIP_BYTES = 2 << 20;

  /** Any number of bodies may have these. */
  static final int SMALL_BYTES = 8 * 1024;

  /** Bodies larger than that, at the same time. */
  static final int LARGE_BODIES = 32;

  private final Semaphore large = new Semaphore(LARGE_BODIES);

  /**
   * Reads a body.
   *
   * @throws WebException 408, 411, 413 or 503
   */
  byte[] read(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    String length = headers.getFirst("Content-Length");
    if (length == null && !headers.containsKey("Transfer-Encoding")) {
      throw new WebException(411, "a body is needed, with Content-Length or in chunks");
    }
    long announced = length == null ? 0 : Long.parseLong(length.strip()); // the server has checked
    requireAllowed(announced);
    long deadline = System.nanoTime() + TIME.toNanos();
    InputStream in = exchange.getRequestBody();
    byte[] start = new byte[announced == 0 ? SMALL_BYTES : (int) Math.min(announced, SMALL_BYTES)];
    int count = fill(in, start, 0, deadline);
    if (count < start.length || count == announced) {
      return Arrays.copyOf(start, count);
    }
    if (!large.tryAcquire()) {
      throw new WebException(
          503, "too many large requests at the moment", Map.of("Retry-After", "1"));
    }
    try {
      // One byte more than allowed shows that there is more.
      byte[] all = Arrays.copyOf(start, announced == 0 ? MAX_BYTES + 1 : (int) announced);
      count = fill(in, all, count, deadline);
      requireAllowed(count);
      return Arrays.copyOf(all, count);
    } finally {
      large.release();
    }
  }

  /**
   * Reads on for a moment after an answer that came before the body's end: were the connection
   * closed with bytes unread, TCP would reset it, and the answer could be lost.
   */
  static void skip(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] buffer = new byte[SMALL_BYTES];
    long deadline = System.nanoTime() + SKIP_TIME.toNanos();
    int rest = SKIP_BYTES;
    while (rest > 0 && System.nanoTime() < deadline) {
      int read = in.read(buffer);
      if (read < 0) {
        return;
      }
      rest -= read;
      giveWay();
    }
  }

  private static void requireAllowed(long bytes) {
    if (bytes > MAX_BYTES) {
      throw new WebException(413, "the body has more than %,d bytes".formatted(MAX_BYTES));
    }
  }

  /** Reads until the array is full or the body ends; how much of the array is filled then. */
  private static int fill(InputStream in, byte[] bytes, int from, long deadline)
      throws IOException {
    int count = from;
    while (count < bytes.length) {
      int read = in.read(bytes, count, bytes.length - count);
      if (read < 0) {
        break;
      }
      count += read;
      if (System.nanoTime() > deadline) {
        throw new WebException(
            408, "the body took longer than %d seconds".formatted(TIME.toSeconds()));
      }
      if (count < bytes.length) {
        giveWay();
      }
    }
    return count;
  }

  /** Virtual threads are not preempted, and a sender in a hurry always has bytes for this one. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void giveWay() {
    Thread.yield();
  }
}
