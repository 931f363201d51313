package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Copies of short rows and panels, to the last lane and not one further. */
class PackingTest {
  private static final float CANARY = -7;

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment filled(long floats, boolean counting) {
    MemorySegment segment = Memory.allocate(arena, floats);
    for (long i = 0; i < floats; i++) {
      Memory.set(segment, i, counting ? i + 1 : CANARY);
    }
    return segment;
  }

  @Test
  @DisplayName("rows of every length up to three vectors arrive whole, and what lies between them stays")
  void everyTail() {
    int rows = 3;
    for (int columns = 1; columns <= 50; columns++) {
      int sourceRow = columns + 2;
      int targetRow = columns + 5;
      MemorySegment source = filled(1 + (rows - 1L) * sourceRow + columns, true);
      MemorySegment target = filled(3 + rows * (long) targetRow, false);
      Packing.rows(source, 1, sourceRow, rows, columns, target, 3, targetRow);
      for (long i = 0; i < 3; i++) {
        assertThat(Memory.get(target, i)).as("before the rows").isEqualTo(CANARY);
      }
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < targetRow; column++) {
          assertThat(Memory.get(target, 3 + (long) row * targetRow + column))
              .as("%d columns: row %d, column %d", columns, row, column)
              .isEqualTo(column < columns ? 2f + row * sourceRow + column : CANARY);
        }
      }
    }
  }

  @Test
  @DisplayName("rows may overlap in the source, as windows of an image do")
  void overlappingRows() {
    MemorySegment source = filled(5, true);
    MemorySegment target = filled(9, false);
    Packing.rows(source, 0, 1, 3, 3, target, 0, 3);
    float[] values = new float[9];
    MemorySegment.copy(target, Memory.FLOAT, 0, values, 0, 9);
    assertThat(values).containsExactly(1, 2, 3, 2, 3, 4, 3, 4, 5);
  }

  @Test
  @DisplayName("a last, narrower panel leaves what it lacks untouched")
  void narrowPanel() {
    int columns = Product.PANEL + 3;
    MemorySegment source = filled(2L * columns, true);
    MemorySegment target = filled(Packing.panelFloats(2, columns), false);
    Packing.panels(source, 0, 2, columns, columns, target, 0);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2 * Product.PANEL; column++) {
        long at = column / Product.PANEL * 2L * Product.PANEL + (long) row * Product.PANEL + column % Product.PANEL;
        assertThat(Memory.get(target, at))
            .as("row %d, column %d", row, column)
            .isEqualTo(column < columns ? 1f + row * columns + column : CANARY);
      }
    }
  }

  @Test
  @DisplayName("a transpose has every element in its place, also in odd sizes and blocks, and nothing around it")
  void transposes() {
    for (int[] size : new int[][] {{1, 1}, {3, 17}, {8, 8}, {9, 7}, {33, 20}, {64, 3}, {65, 2}, {131, 5}, {5, 131}}) {
      int rows = size[0];
      int columns = size[1];
      MemorySegment source = filled(1 + (long) rows * columns, true);
      MemorySegment turned = filled(2 + (long) rows * columns + 1, false);
      Packing.transpose(source, 1, rows, columns, turned, 2);
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          assertThat(Memory.get(turned, 2 + (long) column * rows + row))
              .as("%d x %d: row %d, column %d", rows, columns, row, column)
              .isEqualTo(2f + row * columns + column);
        }
      }
      assertThat(List.of(Memory.get(turned, 0), Memory.get(turned, 1), Memory.get(turned, 2 + (long) rows * columns)))
          .containsOnly(CANARY);
    }
  }

  @Test
  @DisplayName("rows that do not fit are refused, and nothing is written")
  void refuses() {
    MemorySegment source = filled(20, true);
    MemorySegment target = filled(20, false);
    assertThatThrownBy(() -> Packing.rows(source, 0, 70, 3, 5, target, 0, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Packing.rows(source, 0, 5, 3, 5, target, 0, 80))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Memory.get(target, 0)).isEqualTo(CANARY);
  }
}
