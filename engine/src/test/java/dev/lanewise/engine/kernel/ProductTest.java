package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.kernel.scalar.ScalarProduct;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductTest {
  private static final float CANARY = 12345.678f;

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(7);

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment random(int floats) {
    MemorySegment s = Memory.allocate(arena, floats);
    for (int i = 0; i < floats; i++) {
      Memory.set(s, i, (float) random.nextDouble(-1, 1));
    }
    return s;
  }

  /** One random product by the facade, and its bits by the scalar definition. */
  private void compare(int rows, int columns, int outer, int steps, boolean packed, int mode, float special) {
    int aStep = 1 + random.nextInt(3);
    int aRow = random.nextBoolean() ? 1 : steps * aStep + random.nextInt(5);
    int aOuter = random.nextInt(50);
    int panels = (columns + Product.PANEL - 1) / Product.PANEL;
    int bStep = packed ? Product.PANEL : columns + random.nextInt(4);
    int bOuter = steps * bStep;
    int bPanel = (packed ? outer * steps : 1) * Product.PANEL;
    int cRow = columns + random.nextInt(5);
    int aOffset = random.nextInt(20);
    int cOffset = 7;
    MemorySegment a = random(aOffset + rows * aRow + outer * aOuter + steps * aStep);
    MemorySegment b = random(packed ? panels * bPanel : outer * bOuter + columns);
    MemorySegment bias = random(columns);
    if (special != 0) {
      Memory.set(a, aOffset, special);
      Memory.set(b, 0, 0f);
    }
    int length = cOffset + rows * cRow + 40;
    MemorySegment c = random(length);
    MemorySegment expected = Memory.allocate(arena, length);
    for (int i = 0; i < 7; i++) {
      Memory.set(c, i, CANARY);
    }
    for (int i = length - 40 - cRow + columns; i < length; i++) {
      Memory.set(c, i, CANARY);
    }
    Memory.copy(c, 0, expected, 0, length);
    Product product = new Product(rows, columns, aRow, aStep, bStep, bPanel, cRow, mode == 3);
    MemorySegment start = mode == 0 ? Memory.allocate(arena, columns) : mode == 1 ? expected : bias;
    switch (mode) {
      case 0 -> product.run(outer, steps, a, aOffset, aOuter, b, 0, bOuter, c, cOffset);
      case 1 -> product.accumulate(outer, steps, a, aOffset, aOuter, b, 0, bOuter, c, cOffset);
      default ->
          product.runWithBias(
              outer, steps, a, aOffset, aOuter, b, 0, bOuter, bias, 0, c, cOffset);
    }
    ScalarProduct.run(
        rows, columns, outer, steps, a, aOffset, aRow, aStep, aOuter, b, 0, bStep, bOuter, Product.PANEL, bPanel, start,
        mode == 1 ? cOffset : 0, mode == 1 ? cRow : 0, mode == 3, expected, cOffset, cRow);
    for (int i = 0; i < length; i++) {
      assertThat(Float.floatToIntBits(Memory.get(c, i)))
          .as("%dx%d, sum %dx%d, packed %s, mode %d, element %d", rows, columns, outer, steps, packed, mode, i)
          .isEqualTo(Float.floatToIntBits(Memory.get(expected, i)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6, 7, 9, 10, 12, 13, 14, 26, 29})
  @DisplayName("every tile height, width, tail and start gives the bits of the definition")
  void equalsDefinition(int rows) {
    for (int columns : new int[] {1, 3, 4, 10, 16, 17, 31, 32, 33, 64, 70, 100}) {
      compare(rows, columns, 1, 1 + random.nextInt(12), false, random.nextInt(4), 0);
      compare(rows, columns, 1 + random.nextInt(3), 9, random.nextBoolean(), random.nextInt(4), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  @DisplayName("few rows, which take several panels at a time, give the bits of the definition")
  void fewRows(int rows) {
    for (int columns : new int[] {5, 16, 47, 64, 65, 120, 127, 128, 130, 250, 257, 300}) {
      for (int mode = 0; mode < 4; mode++) {
        compare(rows, columns, 1 + random.nextInt(3), 1 + random.nextInt(7), true, mode, 0);
        compare(rows, columns, 1, 1 + random.nextInt(7), false, mode, 0);
      }
      compare(rows, columns, 2, 3, true, 3, Float.NaN);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f})
  @DisplayName("NaN, infinities and -0 travel as in the definition, through ReLU too")
  void specialValues(float special) {
    for (int mode = 0; mode < 4; mode++) {
      compare(5, 19, 2, 3, false, mode, special);
    }
  }

  @Test
  @DisplayName("the scalar definition is a matrix product")
  void definitionIsMatrixProduct() {
    int m = 7;
    int n = 5;
    int k = 11;
    MemorySegment a = random(m * k);
    MemorySegment b = random(k * n);
    MemorySegment c = Memory.allocate(arena, m * n);
    ScalarProduct.run(
        m, n, 1, k, a, 0, k, 1, 0, b, 0, n, 0, 32, 32, Memory.allocate(arena, 64), 0, 0, false, c, 0, n);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += (double) Memory.get(a, i * k + l) * Memory.get(b, l * n + j);
        }
        assertThat((double) Memory.get(c, i * n + j)).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  @DisplayName("an operand that is too short is refused before anything is written")
  void refusesShortOperands() {
    Product product = new Product(4, 16, 8, 1, 16, Product.PANEL, 16, false);
    MemorySegment whole = random(128);
    MemorySegment shortOne = whole.asSlice(0, 124);
    assertThatThrownBy(() -> product.run(1, 8, shortOne, 0, 0, whole, 0, 0, whole, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> product.run(1, 8, whole, 0, 0, shortOne, 0, 0, whole, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> product.run(1, 8, whole, 0, 0, whole, 0, 0, shortOne, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> product.run(1, 8, whole, -1, 0, whole, 0, 0, whole, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> product.run(0, 8, whole, 0, 0, whole, 0, 0, whole, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("memory that was freed is refused")
  void refusesFreedMemory() {
    Product product = new Product(1, 16, 8, 1, 16, Product.PANEL, 16, false);
    MemorySegment whole = random(128);
    Arena other = Arena.ofConfined();
    MemorySegment freed = Memory.allocate(other, 128);
    other.close();
    assertThatThrownBy(() -> product.run(1, 8, freed, 0, 0, whole, 0, 0, whole, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
