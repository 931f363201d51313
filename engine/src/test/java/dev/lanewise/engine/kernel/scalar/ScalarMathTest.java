package dev.lanewise.engine.kernel.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class ScalarMathTest {
  /** Prime, so that a sweep meets every pattern of low bits; two million floats of each sign. */
  private static final int STRIDE = 1021;

  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private interface Function {
    float apply(float x);
  }

  @Test
  void theExponentialIsWithinItsBound() {
    assertThat(worst(ScalarMath::exp, StrictMath::exp, -INFINITY, INFINITY)).isLessThan(1.02);
    assertThat(worst(ScalarMath::expOfMinus, a -> StrictMath.exp(-a), 0, 87.3f)).isLessThan(1.02);
  }

  @Test
  void theLogarithmsAreWithinTheirBounds() {
    assertThat(worst(ScalarMath::log, StrictMath::log, 0, INFINITY)).isLessThan(0.8);
    assertThat(worst(ScalarMath::log1p, StrictMath::log1p, 0, 1)).isLessThan(1.2);
  }

  @Test
  void tanhAndSigmoidAreWithinTheirBounds() {
    assertThat(worst(ScalarMath::tanh, StrictMath::tanh, -INFINITY, INFINITY)).isLessThan(1.5);
    assertThat(worst(ScalarMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), -87.3f, INFINITY))
        .isLessThan(2.5);
  }

  /** The largest error in units in the last place over a sweep of the floats of a range. */
  private static double worst(
      Function function, DoubleUnaryOperator exact, float from, float to) {
    double worst = 0;
    for (int sign = 0; sign < 2; sign++) {
      for (int bits = 0; bits >= 0 && bits <= 0x7F800000; bits += STRIDE) {
        float x = Float.intBitsToFloat(bits | sign << 31);
        if (x >= from && x <= to) {
          double expected = exact.applyAsDouble(x);
          float actual = function.apply(x);
          if (Float.isInfinite((float) expected) || Float.isInfinite(actual)) {
            assertThat(actual).as("at %s", x).isEqualTo((float) expected);
          } else {
            worst = Math.max(worst, Math.abs(actual - expected) / Math.ulp((float) expected));
          }
        }
      }
    }
    return worst;
  }

  @Test
  void nanGivesNan() {
    assertThat(ScalarMath.exp(NAN)).isNaN();
    assertThat(ScalarMath.expOfMinus(NAN)).isNaN();
    assertThat(ScalarMath.log(NAN)).isNaN();
    assertThat(ScalarMath.log1p(NAN)).isNaN();
    assertThat(ScalarMath.tanh(NAN)).isNaN();
    assertThat(ScalarMath.sigmoid(NAN)).isNaN();
  }

  @Test
  void theExponentialEndsInInfinityAndZero() {
    assertThat(ScalarMath.exp(INFINITY)).isEqualTo(INFINITY);
    assertThat(ScalarMath.exp(0x1.62e43p6f)).isEqualTo(INFINITY);
    assertThat(ScalarMath.exp(0x1.62e42ep6f)).isFinite();
    assertThat(ScalarMath.exp(-103.9f)).isEqualTo(Float.MIN_VALUE);
    assertThat(ScalarMath.exp(-104f)).isEqualTo(0f);
    assertThat(ScalarMath.exp(-INFINITY)).isEqualTo(0f);
    assertThat(ScalarMath.exp(-0f)).isEqualTo(1f);
    assertThat(ScalarMath.expOfMinus(0f)).isEqualTo(1f);
    assertThat(ScalarMath.expOfMinus(87.4f)).isEqualTo(0f);
    assertThat(ScalarMath.expOfMinus(INFINITY)).isEqualTo(0f);
  }

  @Test
  void theLogarithmKnowsItsSpecialArguments() {
    assertThat(ScalarMath.log(0f)).isEqualTo(-INFINITY);
    assertThat(ScalarMath.log(-0f)).isEqualTo(-INFINITY);
    assertThat(ScalarMath.log(-1f)).isNaN();
    assertThat(ScalarMath.log(INFINITY)).isEqualTo(INFINITY);
    assertThat(ScalarMath.log(1f)).isEqualTo(0f);
    assertThat(ScalarMath.log(Float.MIN_VALUE)).isEqualTo((float) Math.log(Float.MIN_VALUE));
  }

  @Test
  void tanhAndSigmoidSaturate() {
    assertThat(ScalarMath.tanh(INFINITY)).isEqualTo(1f);
    assertThat(ScalarMath.tanh(-INFINITY)).isEqualTo(-1f);
    assertThat(ScalarMath.tanh(-0f)).isEqualTo(-0f);
    assertThat(ScalarMath.tanh(Float.MIN_VALUE)).isEqualTo(Float.MIN_VALUE);
    assertThat(ScalarMath.sigmoid(INFINITY)).isEqualTo(1f);
    assertThat(ScalarMath.sigmoid(-INFINITY)).isEqualTo(0f);
    assertThat(ScalarMath.sigmoid(-87.4f)).isEqualTo(0f);
    assertThat(ScalarMath.sigmoid(0f)).isEqualTo(0.5f);
  }
}
