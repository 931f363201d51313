package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.testing.Networks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final Sequential NET = Networks.small();
  private static final int INPUTS = NET.inputShape().size();
  private static final int OUTPUTS = NET.outputShape().size();

  private static float[] random(int count) {
    float[] values = new float[count * INPUTS];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return values;
  }

  @Test
  @DisplayName("an input's outputs have the same bits alone, in a batch and in a part of one")
  void batchDoesNotShow() {
    float[] inputs = random(5);
    try (Model model = NET.initialize(3);
        Predictor one = new Predictor(model);
        Predictor five = new Predictor(model, 5);
        Predictor eight = new Predictor(model, 8)) {
      float[] whole = new float[5 * OUTPUTS];
      float[] part = new float[5 * OUTPUTS];
      five.predict(inputs, whole, 5);
      eight.predict(inputs, part, 5);
      assertThat(part).containsExactly(whole);
      for (int i = 0; i < 5; i++) {
        float[] single = new float[OUTPUTS];
        one.predict(Arrays.copyOfRange(inputs, i * INPUTS, (i + 1) * INPUTS), single);
        assertThat(single).containsExactly(Arrays.copyOfRange(whole, i * OUTPUTS, (i + 1) * OUTPUTS));
      }
    }
  }

  @Test
  @DisplayName("probabilities sum to 1 and are largest for the class that classify gives")
  void probabilities() {
    float[] input = random(1);
    try (Model model = NET.initialize(3);
        Predictor predictor = new Predictor(model)) {
      float[] probabilities = new float[OUTPUTS];
      predictor.probabilities(input, probabilities);
      float sum = 0;
      int best = 0;
      for (int i = 0; i < OUTPUTS; i++) {
        sum += probabilities[i];
        best = probabilities[i] > probabilities[best] ? i : best;
      }
      assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6f));
      assertThat(predictor.classify(input)).isEqualTo(best);
    }
  }

  @Test
  @DisplayName("wrong lengths, use after closing and closing twice are met with one clear answer")
  void wrongUse() {
    Model model = NET.initialize(3);
    Predictor predictor = new Predictor(model);
    assertThatThrownBy(() -> predictor.predict(new float[3], new float[OUTPUTS]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> predictor.predict(new float[INPUTS], new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> predictor.predict(new float[2 * INPUTS], new float[2 * OUTPUTS], 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Predictor(model, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(model::close).hasMessageContaining("in use");
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.classify(new float[INPUTS])).hasMessageContaining("closed");
    model.close();
    assertThatThrownBy(() -> new Predictor(model)).hasMessageContaining("closed");
  }
}
