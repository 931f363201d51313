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
    "sgd, 50ae71139d22f99f8e2cab84881537a3ba0b6942512dbd5f04f2c6fbf8ba37c5",
    "momentum, aa3ad19eff0581e4c7776468424cdf446ee6ebb5d7fb5c2ac48c9296545acc79",
    "nesterov, 2232b035eed5b108272815a93b075cf40d2ce5814dfa28fd28e7bbb8af6942b8",
    "adagrad, e8783089794f2168c88ca344deb48991571d7575435ad6b8da12bf38069b66d5",
    "rmsprop, f6a5cdf3380355c757ebb980124a13e51b4939184db1412efa3fab46b81ca52e",
    "adam, c6d474c40955eadcb3a47dfb69b93444d3da6fd19b4fdf39c0e83276e139a733",
    "amsgrad, 791cbe95c5415377307814b5bedb99506e2b415dd57cb1bc1b778079f0674be6",
    "adamw, 419f50b17884c983644c2b845b8ac48b811d7c0984973acb607fbc229ca4c3d1",
    "nadam, a605c4cec1d5ffb0c5f069a21f37a29f7b7cbe1cd14974427d44bac15403fa93",
    "adamax, a30fafa7d401bc877f4b43cb0bccdf69296b13a0c4f7d8ed4e0f087b0c48b7e4",
    "adadelta, c49518d71be9ec7c924604877d3e50dc75f5a4375dd71aa2e8c9ddb1972f79cc",
    "lion, 8c0ab31c3946606b119acd7f1b2447547b53206265a309d13954fa7715c42df0",
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
    for (int threads : new int[] {1, 2}) {
      assertThat(train(Networks.mnistCnn(), "adam", threads, 56, 40, 1))
          .as("%s threads", threads)
          .isEqualTo("4b88c4c27d54bf18b0a407b1165f98a890750c946456fd08e1c45ddd4ca4ddd2");
    }
  }

  @Test
  @DisplayName("a batch of more shards than have memory trains to a stored hash, wave by wave")
  void waves() {
    for (int threads : new int[] {1, 2, 3}) {
      assertThat(train(Networks.small(), "adam", threads, 700, 650, 2)).as("%s threads", threads).isEqualTo("7fd8a2a30c223586e1f4f6c0ac849d12034c8606782c30842dc338d61e6a6c5c");
    }
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
