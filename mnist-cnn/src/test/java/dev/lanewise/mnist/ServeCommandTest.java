package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
  private static final String POST =
      "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
          + "Content-Length: 784\r\n\r\n";

  @TempDir Path dir;

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "Windows has no kill -INT")
  void controlCLetsRequestsEndAndStops() throws Exception {
    try (ServerProcess server = new ServerProcess(dir);
        RawHttp late = new RawHttp(server.port())) {
      server.awaitWarm();
      late.send(POST).send(new byte[700]);
      Thread.sleep(200); // until the server reads it
      new ProcessBuilder("kill", "-INT", Long.toString(server.process().pid())).start().waitFor();
      Thread.sleep(200);
      assertThat(late.send(new byte[84]).rest()).startsWith("HTTP/1.1 200 ").contains("\"digit\":");

      assertThat(server.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.process().exitValue()).isEqualTo(130);
      assertThat(server.output().replace(App.INCUBATOR_WARNING, "").strip())
          .isEqualTo("Draw a digit on http://localhost:%d/ (Ctrl-C stops)".formatted(server.port()));
    }
  }

  @Test
  void slowAndSilentClientsAreCutOff() throws Exception {
    try (ServerProcess server = new ServerProcess(dir, "-Dsun.net.httpserver.maxReqTime=1");
        RawHttp silent = new RawHttp(server.port());
        RawHttp halfHeader = new RawHttp(server.port());
        RawHttp halfBody = new RawHttp(server.port())) {
      long start = System.nanoTime();
      halfHeader.send("GET / HTTP/1.1\r\nHost: local");
      halfBody.send(POST).send(new byte[100]);
      assertThat(silent.rest()).isEmpty();
      assertThat(halfHeader.rest()).isEmpty();
      assertThat(halfBody.rest()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
    }
  }

  @Test
  void aPortInUseIsToldInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      App.Outcome outcome = App.run("serve", "--port", Integer.toString(taken.getLocalPort()));

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err())
          .isEqualToIgnoringNewLines(
              "mnist-cnn: port %d is in use; choose another one with --port"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void wrongUsageIsToldInOneLine() throws IOException {
    Path model = Files.write(dir.resolve("model.safetensors"), new byte[9]);

    assertUsage(App.run("serve", "--port", "65536"), "'65536' is not a whole number from 0 to 65535");
    assertUsage(App.run("serve", "--port", "0", model.toString()), "model.safetensors");
    assertUsage(App.run("serve", "--port", "0", "--host", "no such host"), "no such address");
  }

  private static void assertUsage(App.Outcome outcome, String message) {
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains(message).hasLineCount(1);
  }
}
