package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarProduct;
import dev.lanewise.engine.kernel.simd.SimdProduct;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The operation that all others with product-sums are made of, a matrix product over strided
 * operands:
 *
 * <pre>C[i][j] = start + sum over r &lt; outer, k &lt; steps of A[i][r][k] * B[r][k][j]</pre>
 *
 * <p>A's element (i, r, k) lies at {@code i * aRow + r * aOuter + k * aStep}, so A may be a matrix, its
 * transpose, or the windows of an image that a convolution sees. B's rows (r, k) lie {@code r * bOuter +
 * k * bStep} apart and are contiguous along j within panels of {@link #PANEL} columns; panel p starts at {@code p *
 * bPanel}. C's rows are contiguous, {@code cRow} apart. All strides are in floats.
 *
 * <p>Numeric contract: each element of C is one chain {@code c = fma(a, b, c)} in ascending (r, k) that
 * starts from init. Tiles, widths and threads never enter into it, and a sum may be continued in a
 * later call without a change of its bits. C may not overlap A or B.
 *
 * <p>A Product is made when a model is laid out; it is immutable and thread-safe. Its methods check
 * every operand's extent and throw {@link IndexOutOfBoundsException}; they allocate nothing.
 */
public final class Product {
  /** Columns in a panel of B, 8 to 32: what suits the kernels of this process. */
  public static final int PANEL = Kernels.SIMD ? SimdProduct.PANEL : 32;

  /** Limit of {@code steps}. */
  public static final int MAX_STEPS = 0xFF_FFFF;

  /** Limit of {@code outer}. */
  public static final int MAX_OUTER = 0x3FF;

  /** Limit of rows, columns and of every distance within an operand. */
  public static final long MAX_STRIDE = 0x7F_FFFF;

  private final int rows;
  private final int columns;
  private final long aRow;
  private final long aStep;
  private final long bStep;
  private final long bPanel;
  private final long cRow;
  private final boolean relu;
  private final @Nullable SimdProduct simd;

  /**
   * Lays out a product.
   *
   * @param rows rows of A and C, at least 1
   * @param columns columns of B and C, at least 1
   * @param bPanel distance of B's panels; {@link #PANEL} where B's rows are contiguous as a whole
   * @param relu whether every run ends with ReLU: {@code max(c, 0)} as {@link Math#max}, so NaN stays NaN
   * @throws IllegalArgumentException if a size or stride is negative, zero or over 8,388,607
   */
  public Product(
      int rows, int columns, long aRow, long aStep, long bStep, long bPanel, long cRow, boolean relu) {
    requireSize("rows", rows);
    requireSize("columns", columns);
    requireSize("aRow", aRow);
    requireSize("aStep", aStep);
    requireSize("bStep", bStep);
    requireSize("cRow", cRow);
    if (bPanel < 1) {
      throw new IllegalArgumentException("bPanel must be positive: " + bPanel);
    }
    this.rows = rows;
    this.columns = columns;
    this.aRow = aRow;
    this.aStep = aStep;
    this.bStep = bStep;
    this.bPanel = bPanel;
    this.cRow = cRow;
    this.relu = relu;
    simd = Kernels.SIMD ? new SimdProduct(rows, columns, aRow, aStep, bStep, bPanel, relu) : null;
  }

  private static void requireSize(String name, long value) {
    if (value < 1 || value > MAX_STRIDE) {
      throw new IllegalArgumentException(name + " must be 1 to " + MAX_STRIDE + ": " + value);
    }
  }

  /** Sums that start at +0. */
  public void run(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset) {
    check(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, 1, 0, 0);
    runUnchecked(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, 1, 0, 0);
  }

  /**
   * {@link #run} for several products with the same B and a caller that has checked every operand; checks cost as much as a
   * short product.
   *
   * @param batch how many products, at least 1
   * @param aBatch distance in A from one to the next
   * @param cBatch the same in C
   */
  void runUnchecked(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset,
      int batch,
      long aBatch,
      long cBatch) {
    if (simd != null && Kernels.simd()) {
      simd.run(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, cRow, batch, aBatch, cBatch);
      return;
    }
    for (int product = 0; product < batch; product++) {
      for (int i = 0; i < rows; i++) {
        Memory.zero(c, cOffset + product * cBatch + i * cRow, columns);
      }
    }
    accumulateUnchecked(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, batch, aBatch, cBatch);
  }

  /** Sums that continue what stands in C. */
  public void accumulate(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset) {
    check(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, 1, 0, 0);
    accumulateUnchecked(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, 1, 0, 0);
  }

  /** {@link #accumulate} as {@link #runUnchecked} is {@link #run}. */
  void accumulateUnchecked(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset,
      int batch,
      long aBatch,
      long cBatch) {
    if (simd != null && Kernels.simd()) {
      simd.run(
          outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, cRow, cBatch, c, cOffset, cRow, batch, aBatch,
          cBatch);
      return;
    }
    for (int product = 0; product < batch; product++) {
      long to = cOffset + product * cBatch;
      ScalarProduct.run(
          rows, columns, outer, steps, a, aOffset + product * aBatch, aRow, aStep, aOuter, b, bOffset, bStep, bOuter, PANEL,
          bPanel, c, to, cRow, relu, c, to, cRow);
    }
  }

  /** Sums that start at a bias for each column. */
  public void runWithBias(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment bias,
      long biasOffset,
      MemorySegment c,
      long cOffset) {
    runWithBias(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, bias, biasOffset, c, cOffset, 1, 0, 0);
  }

  /**
   * Several products with the same B and bias.
   *
   * @param batch how many, at least 1
   * @param aBatch distance in A from one to the next
   * @param cBatch the same in C
   */
  void runWithBias(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment bias,
      long biasOffset,
      MemorySegment c,
      long cOffset,
      int batch,
      long aBatch,
      long cBatch) {
    Memory.check(bias, biasOffset, columns);
    check(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset, batch, aBatch, cBatch);
    if (simd != null && Kernels.simd()) {
      simd.run(
          outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, bias, biasOffset, 0, 0, c, cOffset, cRow, batch, aBatch,
          cBatch);
      return;
    }
    for (int product = 0; product < batch; product++) {
      ScalarProduct.run(
          rows, columns, outer, steps, a, aOffset + product * aBatch, aRow, aStep, aOuter, b, bOffset, bStep, bOuter, PANEL,
          bPanel, bias, biasOffset, 0, relu, c, cOffset + product * cBatch, cRow);
    }
  }

  private void check(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset,
      int batch,
      long aBatch,
      long cBatch) {
    requireTrips(outer, steps, aOuter, bOuter);
    int lastPanel = (columns - 1) / PANEL;
    long aLast = Math.multiplyExact(batch - 1, aBatch);
    Memory.check(a, aOffset, aLast + (rows - 1) * aRow + (outer - 1) * aOuter + (steps - 1) * aStep + 1);
    Memory.check(
        b, bOffset,
        lastPanel * bPanel + (columns - lastPanel * PANEL) + (outer - 1) * bOuter + (steps - 1) * bStep);
    Memory.check(c, cOffset, Math.multiplyExact(batch - 1, cBatch) + (rows - 1) * cRow + columns);
  }

  private void requireTrips(int outer, int steps, long aOuter, long bOuter) {
    if (outer < 1 || outer > MAX_OUTER || steps < 1 || steps > MAX_STEPS) {
      throw new IllegalArgumentException("sum of " + outer + " x " + steps + " terms");
    }
    if (((aOuter | bOuter) & ~MAX_STRIDE) != 0) {
      throw new IllegalArgumentException("outer strides " + aOuter + ", " + bOuter);
    }
  }
}
