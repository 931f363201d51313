package dev.lanewise.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class ShapeTest {

  @Test
  void tellsItsDimensionsAndTheirProduct() {
    Shape shape = Shape.of(28, 30, 3);

    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.dim(0)).isEqualTo(28);
    assertThat(shape.dim(1)).isEqualTo(30);
    assertThat(shape.dim(2)).isEqualTo(3);
    assertThat(shape.size()).isEqualTo(28 * 30 * 3);
    assertThat(shape).hasToString("28x30x3");
  }

  @Test
  void isEqualExactlyIfAllDimensionsAreEqual() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
    assertThat(Shape.of(6)).isNotEqualTo(Shape.of(2, 3)).isNotEqualTo("6");
  }

  @Test
  void doesNotChangeWithTheArrayItWasMadeFrom() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;

    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void refusesNoDimensionsAndMoreThanFour() {
    assertThat(Shape.of(1, 1, 1, 1).rank()).isEqualTo(4);
    assertThatIllegalArgumentException().isThrownBy(Shape::of).withMessageContaining("not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1, 1, 1, 1, 1))
        .withMessageContaining("not 5");
  }

  @Test
  void refusesDimensionsThatAreNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(4, 0))
        .withMessageContaining("4x0");
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(-1));
  }

  @Test
  void refusesMoreElementsThanAnIntCounts() {
    assertThat(Shape.of(Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(65536, 32768));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Shape.of(
                    Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  @Test
  void hasNoDimensionBeyondItsRank() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Shape.of(2, 3).dim(2));
  }
}
