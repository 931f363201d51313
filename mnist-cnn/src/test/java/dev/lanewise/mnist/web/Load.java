package dev.lanewise.mnist.web;

import dev.lanewise.mnist.picture.MnistForm;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Good clients: each asks for predictions over a connection that stays open, at a fixed rate. A
 * request's time counts from when it was due, so that a late one counts as late (no coordinated
 * omission).
 *
 * @param port of the server
 * @param rate requests a second of all clients together
 * @param clients how many
 * @param seconds how long
 */
record Load(int port, int rate, int clients, int seconds) {
  /** What came out; times in microseconds. */
  record Result(Histogram times, long errors, double seconds) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d good answers in %.1f s (%,.0f a second), %,d errors; p50 %,d us, p99 %,d us, p99.9 %,d"
              + " us, longest %,d us",
          times.getTotalCount(),
          seconds,
          times.getTotalCount() / seconds,
          errors,
          times.getValueAtPercentile(50),
          times.getValueAtPercentile(99),
          times.getValueAtPercentile(99.9),
          times.getMaxValue());
    }
  }

  Result run() throws InterruptedException, ExecutionException {
    long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
    long interval = TimeUnit.SECONDS.toNanos(1) * clients / rate;
    Histogram times = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    long errors = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Future<Client>> done = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        done.add(threads.submit(new Client(start + interval * i / clients, interval)));
      }
      for (Future<Client> client : done) {
        times.add(client.get().times);
        errors += client.get().errors;
      }
    }
    return new Result(times, errors, (System.nanoTime() - start) * 1e-9);
  }

  private final class Client implements Callable<Client> {
    private final Histogram times = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    private final long first;
    private final long interval;
    private long errors;

    Client(long first, long interval) {
      this.first = first;
      this.interval = interval;
    }

    @Override
    public Client call() throws IOException {
      byte[] request = request();
      byte[] buffer = new byte[4096];
      Socket socket = connect();
      long end = first + TimeUnit.SECONDS.toNanos(seconds);
      for (long due = first; due < end; due += interval) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        try {
          socket.getOutputStream().write(request);
          requireGood(socket.getInputStream(), buffer);
          times.recordValue((System.nanoTime() - due) / 1000);
        } catch (IOException e) {
          errors++;
          socket.close();
          socket = connect();
        }
      }
      socket.close();
      return this;
    }

    private Socket connect() throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      return socket;
    }
  }

  private static byte[] request() {
    String head =
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Length: 784\r\n\r\n";
    byte[] request =
        Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + MnistForm.PIXELS);
    for (int y = 4; y < 24; y++) {
      request[head.length() + y * MnistForm.SIDE + 14] = (byte) 255; // a one
    }
    return request;
  }

  /** Reads an answer to its end. */
  private static void requireGood(InputStream in, byte[] buffer) throws IOException {
    int count = 0;
    int end = -1;
    while (end < 0 || count < end) {
      int read = in.read(buffer, count, buffer.length - count);
      if (read <= 0) {
        throw new EOFException("the answer ends early, or is too long");
      }
      count += read;
      if (end < 0) {
        end = end(buffer, count);
      }
    }
    if (!startsWith(buffer, count, "HTTP/1.1 200 ")) {
      throw new IOException(new String(buffer, 0, count, StandardCharsets.US_ASCII));
    }
  }

  /** Where the answer will end, or -1 if its headers are not there yet. */
  private static int end(byte[] buffer, int count) {
    String text = new String(buffer, 0, count, StandardCharsets.US_ASCII);
    int body = text.indexOf("\r\n\r\n");
    if (body < 0) {
      return -1;
    }
    String name = "Content-length: ";
    int length = text.indexOf(name) + name.length();
    return body + 4 + Integer.parseInt(text.substring(length, text.indexOf('\r', length)));
  }

  private static boolean startsWith(byte[] buffer, int count, String start) {
    return new String(buffer, 0, Math.min(count, start.length()), StandardCharsets.US_ASCII)
        .equals(start);
  }
}
