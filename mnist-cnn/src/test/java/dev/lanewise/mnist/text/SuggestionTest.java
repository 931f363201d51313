package dev.lanewise.mnist.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  @ParameterizedTest
  @CsvSource({
    "adm, adam", "Adm, adam", "aadm, adam", "adamm, adam", "rmsprob, rmsprop", "sdg, sgd",
    "momentun, momentum", "nesterow, nesterov", "rmsprop-centred, rmsprop-centered"
  })
  void namesTheNearest(String typed, String meant) {
    assertThat(Suggestion.of(typed, Optimizer.names())).isEqualTo("; did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({"foo", "x", "''", "stochastic", "gradient-descent"})
  void saysNothingWhereNothingIsNear(String typed) {
    assertThat(Suggestion.of(typed, Optimizer.names())).isEmpty();
  }

  @Test
  void countsInsertionsDeletionsReplacementsAndExchanges() {
    assertThat(Suggestion.distance("", "")).isZero();
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
    assertThat(Suggestion.distance("same", "same")).isZero();
  }
}
