package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** The product as its definition reads: the oracle of the SIMD tiles. */
public final class ScalarProduct {
  private static final int PANEL = 32;

  private ScalarProduct() {}

  /**
   * {@code C[i][j] = max(floor, init[i][j] + sum over r, k of A[i][r][k] * B[r][k][j])}, a chain of fma
   * in ascending (r, k). Strides in floats; operands are unchecked.
   *
   * @param bPanel distance of B's panels of 32 columns; 32 if B's rows are contiguous
   * @param initColumn 1 if init has a value for each column, 0 if its first value serves all
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
      long bPanel,
      MemorySegment init,
      long initOffset,
      long initRow,
      int initColumn,
      float floor,
      MemorySegment c,
      long cOffset,
      long cRow) {
    for (int i = 0; i < rows; i++) {
      long ci = cOffset + i * cRow;
      for (int j = 0; j < columns; j++) {
        Memory.set(c, ci + j, Memory.get(init, initOffset + i * initRow + (long) initColumn * j));
      }
      for (int r = 0; r < outer; r++) {
        for (int k = 0; k < steps; k++) {
          float aik = Memory.get(a, aOffset + i * aRow + r * aOuter + k * aStep);
          for (int first = 0; first < columns; first += PANEL) {
            long bk = bOffset + first / PANEL * bPanel + r * bOuter + k * bStep;
            int width = Math.min(PANEL, columns - first);
            for (int j = 0; j < width; j++) {
              long cj = ci + first + j;
              Memory.set(c, cj, Math.fma(aik, Memory.get(b, bk + j), Memory.get(c, cj)));
            }
          }
        }
      }
      for (int j = 0; j < columns; j++) {
        Memory.set(c, ci + j, Math.max(Memory.get(c, ci + j), floor));
      }
    }
  }
}
