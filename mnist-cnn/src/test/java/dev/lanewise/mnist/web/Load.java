package dev.lanewise.mnist.web;

import dev.lanewise.mnist.picture.MnistForm;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Good clients: they ask for predictions at a fixed rate, over connections that stay open and bear one request at a
 * time. A request's time counts from when it was due, so that one which had to wait for a connection counts as late (no
 * coordinated omission). One thread does it all, to leave the processors to the server.
 *
 * @param port of the server
 * @param rate requests a second of all connections together
 * @param connections how many
 * @param seconds how long
 */
record Load(int port, int rate, int connections, int seconds) {
  /** A request that is not answered by then is lost. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The thread sleeps so long where there is nothing to do; times are too long by up to that. */
  private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final byte[] LENGTH = "\r\nContent-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] GOOD = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);

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

  Result run() throws IOException {
    try (Run run = new Run()) {
      return run.result();
    }
  }

  private final class Run implements AutoCloseable {
    private final Histogram times = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    private final ByteBuffer request = request();
    private final Selector selector = Selector.open();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private long errors;

    Run() throws IOException {
      for (int i = 0; i < connections; i++) {
        idle.add(new Connection());
      }
    }

    Result result() throws IOException {
      long requests = (long) rate * seconds;
      long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
      long end = start + TimeUnit.SECONDS.toNanos(seconds) + PATIENCE_NANOS;
      long now = System.nanoTime();
      for (long sent = 0; times.getTotalCount() + errors < requests && now < end; now = System.nanoTime()) {
        long due = start + sent * TimeUnit.SECONDS.toNanos(1) / rate;
        if (sent < requests && due <= now && !idle.isEmpty()) {
          idle.remove().send(due);
          sent++;
        } else if (selector.selectNow(key -> ((Connection) key.attachment()).receive()) == 0) {
          LockSupport.parkNanos(NAP_NANOS);
        }
      }
      return new Result(times, requests - times.getTotalCount(), (System.nanoTime() - start) * 1e-9);
    }

    @Override
    public void close() throws IOException {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    }

    private final class Connection {
      private final ByteBuffer answer = ByteBuffer.allocate(4096);
      private SocketChannel channel = open();
      private long due;

      Connection() throws IOException {}

      private SocketChannel open() throws IOException {
        SocketChannel opened = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.configureBlocking(false);
        opened.register(selector, SelectionKey.OP_READ, this);
        return opened;
      }

      void send(long due) {
        this.due = due;
        answer.clear();
        try {
          channel.write(request.rewind());
          if (request.hasRemaining()) {
            throw new IOException("the server does not read");
          }
        } catch (IOException e) {
          fail();
        }
      }

      void receive() {
        try {
          if (channel.read(answer) <= 0) {
            throw new EOFException("the answer ends early, or is too long");
          }
          if (isWhole()) {
            times.recordValue((System.nanoTime() - due) / 1000);
            idle.add(this);
          }
        } catch (IOException e) {
          fail();
        }
      }

      private boolean isWhole() throws IOException {
        byte[] bytes = answer.array();
        int count = answer.position();
        int body = find(END, bytes, count);
        if (body < 0) {
          return false;
        }
        if (find(GOOD, bytes, GOOD.length) != GOOD.length) {
          throw new IOException(new String(bytes, 0, count, StandardCharsets.US_ASCII));
        }
        int length = 0;
        for (int i = find(LENGTH, bytes, body); bytes[i] != '\r'; i++) {
          length = 10 * length + bytes[i] - '0';
        }
        return count == body + length;
      }

      /** An answer was lost or bad; the next one comes over another connection. */
      private void fail() {
        errors++;
        try {
          channel.close();
          channel = open();
          idle.add(this);
        } catch (IOException e) {
          throw new IllegalStateException("the server takes no more connections", e);
        }
      }
    }
  }

  private static ByteBuffer request() {
    byte[] head =
        ("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Length: 784\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocateDirect(head.length + MnistForm.PIXELS).put(head);
    for (int y = 4; y < 24; y++) {
      request.put(head.length + y * MnistForm.SIDE + 14, (byte) 255); // a one
    }
    return request.clear();
  }

  /** Where some bytes end for the first time, or -1 if they are not there. */
  private static int find(byte[] some, byte[] bytes, int count) {
    for (int i = 0; i + some.length <= count; i++) {
      int same = 0;
      while (same < some.length && bytes[i + same] == some[same]) {
        same++;
      }
      if (same == some.length) {
        return i + same;
      }
    }
    return -1;
  }
}
