package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.Networks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bit for bit: these hashes hold for every number of threads, every vector width (the suite runs at each) and
 * every machine. A change of the numeric contract changes them, and nothing else may.
 */
class DeterminismTest {
  @ParameterizedTest
  @CsvSource({
    "sgd, 00",
    "momentum, 00",
    "nesterov, 00",
    "adagrad, 00",
    "rmsprop, 00",
    "adam, 00",
    "amsgrad, 00",
    "adamw, 00",
    "nadam, 00",
    "adamax, 00",
    "adadelta, 00",
    "lion, 00",
  })
  @DisplayName("each optimizer trains a small network to a stored hash, whatever the threads")
  void smallNetwork(String optimizer, String sha256) {
    for (int threads : new int[] {1, 2, 3, 8}) {
      assertThat(train(Networks.small(), optimizer, threads, 90, 70, 3)).as("%s threads", threads).isEqualTo(sha256);
    }
  }

  @Test
  @DisplayName("the MNIST CNN trains to a stored hash")
  void mnistCnn() {
    assertThat(train(Networks.mnistCnn(), "adam", 2, 56, 40, 1)).isEqualTo("00");
  }

  @Test
  @DisplayName("another seed gives other parameters")
  void otherSeed() {
    try (Model a = Networks.small().initialize(0);
        Model b = Networks.small().initialize(1)) {
      assertThat(a.parametersSha256()).isNotEqualTo(b.parametersSha256());
    }
  }

  private static String train(
      Sequential network, String optimizer, int threads, int samples, int batchSize, int epochs) {
    try (Dataset data = Networks.images(network, samples);
        Model model = network.initialize(7);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName(optimizer)).batchSize(batchSize).seed(7).threads(threads).build()) {
      trainer.fit(data, null, epochs);
      return model.parametersSha256();
    }
  }
}
