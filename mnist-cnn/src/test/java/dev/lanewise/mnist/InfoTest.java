package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoTest {
  @TempDir Path dir;

  @Test
  void saysWhatTheApplicationRunsOn() {
    App.Outcome outcome = App.run("info");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly(
            "Lanewise", "CPU", "Kernels", "Threads", "Java", "System", "Memory", "Data");
    assertThat(outcome.out())
        .contains(Runtime.version().toString(), "MNIST: 54,000 training, 6,000 validation and");
  }

  @Test
  void isJsonForPrograms() {
    JsonObject info = JsonParser.parseString(App.run("info", "--json").out()).getAsJsonObject();

    assertThat(info.keySet())
        .contains("version", "cpu", "cores", "kernels", "vectorBits", "jdk", "javaHome", "vm", "os")
        .contains("machineBytes", "maxHeapBytes", "trainerBytes", "data");
    assertThat(info.get("cores").getAsInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(info.get("trainerBytes").getAsLong()).isPositive();
    assertThat(info.has("scalarReason")).isEqualTo(info.get("vectorBits").getAsInt() == 0);
  }

  @Test
  void saysWhyTheSimdKernelsAreOff() throws IOException, InterruptedException {
    assertThat(infoWith("-XX:TieredStopAtLevel=1"))
        .contains("Kernels   scalar: the JVM's optimising compiler C2 is off; start Java without");
    assertThat(infoWith("-Dlanewise.kernels=scalar"))
        .contains("Kernels   scalar: the setting lanewise.kernels asks for scalar kernels");
  }

  private String infoWith(String option) throws IOException, InterruptedException {
    Process app = App.start(dir, List.of(option), List.of("info"));
    assertThat(app.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).isZero();
    return Files.readString(dir.resolve("output.txt"));
  }
}
