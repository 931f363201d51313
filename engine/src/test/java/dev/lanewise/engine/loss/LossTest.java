package dev.lanewise.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.testing.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class LossTest {

  @Test
  void everyLossIsFoundByItsName() {
    for (String name : Loss.names()) {
      assertThat(Loss.byName(name)).hasToString(name);
      assertThat(Loss.byName(name).name()).isEqualTo(name);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.byName("hinge"))
        .withMessageContaining("softmax-cross-entropy");
  }

  @Test
  void onlyTheSoftmaxLossTakesLabels() {
    assertThat(Loss.softmaxCrossEntropy().usesLabels()).isTrue();
    assertThat(Loss.meanSquaredError().usesLabels()).isFalse();
    assertThat(Loss.binaryCrossEntropy().usesLabels()).isFalse();
  }

  @Test
  void aLossIsEvaluatedWithItsGradient() {
    Operand logits = Operand.of(0, 0, 9);
    MemorySegment labels = Arena.ofAuto().allocate(Integer.BYTES);
    labels.set(Memory.INT, 0, 1);
    Operand gradient = Operand.output(3);
    assertThat(
            Loss.softmaxCrossEntropy()
                .evaluate(
                    logits.segment(), logits.offset(), 3, 1, 2, labels, 0, 0, 0.5f,
                    gradient.segment(), gradient.offset()))
        .isCloseTo(Math.log(2), within(1e-7));
    assertThat(gradient.values()).containsExactly(0.25f, -0.25f, 0);

    Operand targets = Operand.of(1, -1);
    assertThat(
            Loss.meanSquaredError()
                .evaluate(
                    logits.segment(), logits.offset(), 3, 1, 2, targets.segment(),
                    targets.offset(), 2, 0.5f, gradient.segment(), gradient.offset()))
        .isEqualTo(1);
    assertThat(gradient.values()).containsExactly(-0.5f, 0.5f, 0);

    assertThat(
            Loss.binaryCrossEntropy()
                .evaluate(
                    logits.segment(), logits.offset(), 3, 1, 2, targets.segment(),
                    targets.offset(), 2, 0.5f, gradient.segment(), gradient.offset()))
        .isCloseTo(Math.log(2), within(1e-7));
    assertThat(gradient.values()).containsExactly(-0.125f, 0.375f, 0);
  }

  @Test
  void predictionsAreProbabilitiesOrTheOutputsThemselves() {
    Operand logits = Operand.of(0, 0, 9);
    Operand out = Operand.output(3);
    Loss.softmaxCrossEntropy()
        .predict(logits.segment(), logits.offset(), 3, 1, 2, out.segment(), out.offset());
    assertThat(out.values()).containsExactly(0.5f, 0.5f, 0);
    Loss.binaryCrossEntropy()
        .predict(logits.segment(), logits.offset(), 3, 1, 2, out.segment(), out.offset());
    assertThat(out.values()).containsExactly(0.5f, 0.5f, 0);
    Loss.meanSquaredError()
        .predict(logits.segment(), logits.offset(), 3, 1, 3, out.segment(), out.offset());
    assertThat(out.values()).containsExactly(0, 0, 9);
  }
}
