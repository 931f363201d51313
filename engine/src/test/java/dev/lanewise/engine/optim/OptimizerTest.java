package dev.lanewise.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
class OptimizerTest {

  @ParameterizedTest
  @CsvSource({
    "sgd, 0.01, 0",
    "momentum, 0.01, 1",
    "nesterov, 0.01, 1",
    "adagrad, 0.001, 1",
    "rmsprop, 0.001, 1",
    "rmsprop-centered, 0.001, 2",
    "rmsprop-momentum, 0.001, 2",
    "adam, 0.001, 2",
    "amsgrad, 0.001, 3",
    "adamw, 0.001, 2",
    "nadam, 0.001, 2",
    "adamax, 0.001, 2",
    "adadelta, 0.001, 2",
    "lion, 0.001, 1"
  })
  void isFoundByNameWithTheDefaultsOfKeras(String name, double rate, int slots) {
    Optimizer optimizer = Optimizer.byName(name);

    assertThat(optimizer.name()).isEqualTo(name);
    assertThat(optimizer.convention()).isEqualTo(Convention.KERAS);
    assertThat(optimizer.learningRate()).isEqualTo(rate);
    assertThat(optimizer.slots()).isEqualTo(slots);
    assertThat(optimizer.stateBytesPerParameter()).isEqualTo(4 * slots);
    assertThat(Optimizer.names()).hasSize(14).contains(name);
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.byName("adm"))
        .withMessageContaining("\"adm\"")
        .withMessageContaining("adam, amsgrad, adamw");
  }

  @Test
  void presetsOfPyTorchDiffer() {
    assertThat(Adam.pytorch().convention()).isEqualTo(Convention.PYTORCH);
    assertThat(Adam.pytorch().hyperparameters()).containsEntry("epsilon", 1e-8);
    assertThat(AdamW.keras().weightDecay()).isEqualTo(0.004);
    assertThat(AdamW.pytorch().weightDecay()).isEqualTo(0.01);
    assertThat(Adagrad.pytorch().hyperparameters())
        .contains(entry("initial_accumulator_value", 0.0), entry("learning_rate", 0.01));
    assertThat(Nadam.pytorch().hyperparameters()).containsEntry("momentum_decay", 0.004);
  }

  @Test
  void changedCopiesKeepTheirTypeAndLeaveTheOriginalAlone() {
    Adam original = Adam.keras();
    Adam changed =
        original
            .withLearningRate(0.01)
            .withBeta1(0.8)
            .withBeta2(0.9)
            .withEpsilon(1e-3)
            .withL2(1e-4)
            .withWeightDecay(0.1)
            .withClipping(Clipping.byGlobalNorm(5))
            .withSchedule(Schedule.cosine(10));

    assertThat(changed.hyperparameters())
        .containsExactly(
            entry("learning_rate", 0.01),
            entry("beta_1", 0.8),
            entry("beta_2", 0.9),
            entry("epsilon", 1e-3),
            entry("l2", 1e-4),
            entry("weight_decay", 0.1),
            entry("global_clipnorm", 5.0));
    assertThat(changed.schedule()).isEqualTo(Schedule.cosine(10));
    assertThat(original.hyperparameters().keySet())
        .isEqualTo(Set.of("learning_rate", "beta_1", "beta_2", "epsilon"));
    assertThat(original.schedule()).isEqualTo(Schedule.constant());
  }

  @Test
  void tellsWhatItIs() {
    assertThat(Sgd.keras().withClipping(Clipping.byValue(0.5)))
        .hasToString("sgd (keras) {learning_rate=0.01, momentum=0.0, clipvalue=0.5}");
    assertThat(Sgd.keras().withClipping(Clipping.byNorm(0.5)).hyperparameters())
        .containsEntry("clipnorm", 0.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.1, Double.POSITIVE_INFINITY, 1e300})
  void valuesThatAreNoRatesAreRefused(double value) {
    refused(() -> Sgd.keras().withLearningRate(value), "the learning rate");
    refused(() -> Sgd.keras().withL2(value), "L2 decay");
    refused(() -> Sgd.keras().withWeightDecay(value), "weight decay");
    refused(() -> Adagrad.keras().withInitialAccumulator(value), "the initial accumulator");
    refused(() -> Nadam.keras().withMomentumDecay(value), "momentum decay");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.1, 1, 2, 0.99999999999})
  void valuesThatAreNoSharesAreRefused(double value) {
    refused(() -> Sgd.keras().withMomentum(value), "momentum");
    refused(() -> RmsProp.keras().withRho(value), "rho");
    refused(() -> RmsProp.keras().withMomentum(value), "momentum");
    refused(() -> Adam.keras().withBeta1(value), "beta1");
    refused(() -> Adam.keras().withBeta2(value), "beta2");
    refused(() -> Nadam.keras().withBeta1(value), "beta1");
    refused(() -> Nadam.keras().withBeta2(value), "beta2");
    refused(() -> Adamax.keras().withBeta1(value), "beta1");
    refused(() -> Adamax.keras().withBeta2(value), "beta2");
    refused(() -> Adadelta.keras().withRho(value), "rho");
    refused(() -> Lion.keras().withBeta1(value), "beta1");
    refused(() -> Lion.keras().withBeta2(value), "beta2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0, -1e-7, 1e-60, Double.POSITIVE_INFINITY})
  void epsilonsThatDoNotKeepFromDividingByZeroAreRefused(double value) {
    refused(() -> Adagrad.keras().withEpsilon(value), "epsilon");
    refused(() -> RmsProp.keras().withEpsilon(value), "epsilon");
    refused(() -> Adam.keras().withEpsilon(value), "epsilon");
    refused(() -> Nadam.keras().withEpsilon(value), "epsilon");
    refused(() -> Adamax.keras().withEpsilon(value), "epsilon");
    refused(() -> Adadelta.keras().withEpsilon(value), "epsilon");
    refused(() -> Clipping.byValue(value), "the limit of clipping");
    refused(() -> Clipping.byNorm(value), "the limit of clipping");
    refused(() -> Clipping.byGlobalNorm(value), "the limit of clipping");
  }

  private static void refused(ThrowingCallable call, String what) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(what);
  }
}
