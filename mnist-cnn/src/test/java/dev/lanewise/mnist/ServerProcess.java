package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on a free port. */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("http://localhost:([0-9]+)/");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;
  private final int port;

  /**
   * Starts a server and waits until it tells its address.
   *
   * @param dir takes its output
   * @param options of Java
   */
  public ServerProcess(Path dir, String... options) throws IOException, InterruptedException {
    List<String> java = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmn32m"));
    java.addAll(List.of(options));
    process = App.start(dir, java, List.of("serve", "--port", "0"));
    output = dir.resolve("output.txt");
    Matcher url = URL.matcher("");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!url.reset(output()).find()) {
      assertThat(process.isAlive() && System.nanoTime() < end).as(output()).isTrue();
      Thread.sleep(5);
    }
    port = Integer.parseInt(url.group(1));
  }

  public int port() {
    return port;
  }

  public Process process() {
    return process;
  }

  public String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits until the JIT compiler has done its work. */
  public void awaitWarm() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!RawHttp.exchange(port, "GET /health HTTP/1.1", "Host: localhost\r\n", "").contains(" 200 ")) {
      assertThat(System.nanoTime()).as("waiting for the server").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the server ends").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
