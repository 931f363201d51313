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
    "sgd, 1aad9b320c2ae82650784075dd95f60d8fbc7c9bfac8d076b221b648690bff65",
    "momentum, 7e8f5ae405e8a851fc1c38480a4b9b3670f6beba27d22efd0f10e3573a58ff8e",
    "nesterov, af5132484c57848ced49e46fd544b393697eab2411a0d725d9a870abab88caa5",
    "adagrad, 2feb8845c5eec6eb49a31ca07c78377345894c8af2f9cefdaf2008f4820105f3",
    "rmsprop, f12194c3d4e582fe2994067650911977cbad4d0feb00aa7550e3cc67855e8147",
    "adam, a02b0ad107ab0d58a1e27b4fbb579dd0c5e7a158ed4ddbd55a7ed81814d34448",
    "amsgrad, 6ca1147cded7f6df0146d38e1bcb81d7ed13c3c7b485be06c417184e9dfbb043",
    "adamw, 9d0c920ebb5bc25482baa27a093bffbd15dca96518f4e9ffd44017fd834101c6",
    "nadam, 1ffb7678e67832bcb7ba32837dafcad828d2011344410718e0441bd8fd777460",
    "adamax, 0edaac6c39c44079b6efc7643d203ee717060e98e384aed5e17bcdb41cd6b5af",
    "adadelta, 49b489e2ba0242fc58664626db06cc589a0b8af40a32beaaa4fde68e4f8ee9b5",
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
          .isEqualTo("3502feef0f3736fffcfcccc19be3f4e8516853041c181eaec1f857f8340fbdc5");
    }
  }

  @Test
  @DisplayName("a batch of more shards than have memory trains to a stored hash, wave by wave")
  void waves() {
    for (int threads : new int[] {1, 2, 3}) {
      assertThat(train(Networks.small(), "adam", threads, 700, 650, 2)).as("%s threads", threads).isEqualTo("e2f3106a326b9968e80108dce7f1d371bdc71fc9df353ad4309b714670b647e9");
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
