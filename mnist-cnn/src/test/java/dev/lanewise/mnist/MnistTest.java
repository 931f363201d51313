package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published experiment on real MNIST in short: a fifth of the images, one epoch. */
class MnistTest {
  @TempDir Path dir;

  @Test
  void theOptimizersLearnInTheOrderOfThePublishedTable() throws IOException {
    App.Outcome outcome =
        App.run(
            "--optimizers",
            "sgd,adagrad,adam",
            "--epochs",
            "1",
            "--limit",
            "12000",
            "--output",
            dir.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    Map<String, Double> validation = validationAccuracies();
    assertThat(validation.get("adam")).isBetween(0.92, 0.97);
    assertThat(validation.get("adam")).isGreaterThan(validation.get("sgd") + 0.05);
    assertThat(validation.get("sgd")).isGreaterThan(validation.get("adagrad") + 0.05);
    assertThat(validation.get("adagrad")).isGreaterThan(0.1);
  }

  private Map<String, Double> validationAccuracies() throws IOException {
    JsonObject results =
        JsonParser.parseString(Files.readString(dir.resolve("results.json"))).getAsJsonObject();
    Map<String, Double> accuracies = new HashMap<>();
    for (JsonElement element : results.getAsJsonArray("runs")) {
      JsonObject run = element.getAsJsonObject();
      JsonObject epoch = run.getAsJsonArray("epochs").get(0).getAsJsonObject();
      accuracies.put(
          run.get("optimizer").getAsString(), epoch.get("validationAccuracy").getAsDouble());
    }
    return accuracies;
  }
}
