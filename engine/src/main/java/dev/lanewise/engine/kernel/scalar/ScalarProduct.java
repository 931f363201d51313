package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** The product as its definition reads: the oracle of the SIMD tiles. */
public final class ScalarProduct {
  private ScalarProduct() {}

  /**
   * {@code C[i][j] = start[i][j] + sum over r, k of A[i][r][k] * B[r][k][j]}, a chain of fma in ascending (r, k),
   * then ReLU if wanted. Strides in floats; operands are unchecked.
   *
   * @param panel columns in a panel of B
   * @param bPanel distance of B's panels
   * @param startRow distance of the rows of the first values, 0 for a bias
   */
  public static void run(
      int rows,
      int columns,
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aRow,
      long aStep,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bStep,
      long bOuter,
      int panel,
      long bPanel,
      MemorySegment start,
      long startOffset,
      long startRow,
      boolean relu,
      MemorySegment c,
      long cOffset,
      long cRow) {
    for (int i = 0; i < rows; i++) {
      long ci = cOffset + i * cRow;
      for (int j = 0; j < columns; j++) {
        Memory.set(c, ci + j, Memory.get(start, startOffset + i * startRow + j));
      }
      for (int r = 0; r < outer; r++) {
        for (int k = 0; k < steps; k++) {
          float aik = Memory.get(a, aOffset + i * aRow + r * aOuter + k * aStep);
          for (int first = 0; first < columns; first += panel) {
            long bk = bOffset + first / panel * bPanel + r * bOuter + k * bStep;
            addRow(Math.min(panel, columns - first), aik, b, bk, c, ci + first);
          }
        }
      }
      for (int j = 0; relu && j < columns; j++) {
        Memory.set(c, ci + j, Math.max(Memory.get(c, ci + j), 0f));
      }
    }
  }

  /** {@code c[j] += a * b[j]}: apart, since the JIT compilers take a small method within milliseconds. */
  private static void addRow(int width, float a, MemorySegment b, long bOffset, MemorySegment c, long cOffset) {
    for (int j = 0; j < width; j++) {
      Memory.set(c, cOffset + j, Math.fma(a, Memory.get(b, bOffset + j), Memory.get(c, cOffset + j)));
    }
  }
}
