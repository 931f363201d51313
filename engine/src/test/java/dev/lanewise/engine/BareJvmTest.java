package dev.lanewise.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Readiness;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM without the optional modules: no flight recorder, no management. */
@Tag("once")
class BareJvmTest {
  /** What the JVM of the test runs. */
  static final class Work {
    private Work() {}

    public static void main(String[] args) {
      Sequential network = Networks.small();
      try (Dataset data = Networks.images(network, 20);
          Model model = network.initialize(0);
          Trainer trainer = Trainer.builder(model, Sgd.keras()).threads(1).build();
          Predictor predictor = new Predictor(model)) {
        trainer.fit(data, data, 1);
        Readiness readiness = predictor.warmUp(Duration.ofSeconds(20));
        System.out.println("ready " + readiness.ready() + ", bytes " + readiness.bytes());
      }
    }
  }

  @Test
  @DisplayName("the engine trains, warms up and predicts with java.base and the vector module alone")
  void works(@TempDir Path dir) throws IOException, InterruptedException {
    Path output = dir.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules", "java.base,jdk.incubator.vector",
                "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"),
                Work.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exitCode = process.waitFor();

    assertThat(exitCode).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("ready true, bytes -1");
  }
}
