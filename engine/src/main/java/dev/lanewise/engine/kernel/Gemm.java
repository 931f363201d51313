package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * General matrix multiplication {@code C = relu(alpha * op(A) op(B) + beta * C + bias)} for row-major
 * matrices with any leading dimensions, op being nothing or the transpose, bias and ReLU optional.
 *
 * <p>Blocked after Goto and van de Geijn (2008, their GEPB): a few panels of B are packed and stay in L2 while the rows
 * of a packed block of A pass by, and {@link Product} runs over them. Small operands are read where they are.
 *
 * <p>Numeric contract: with {@code a' = alpha * a} rounded once, {@code c} starts at {@code fma(beta, c,
 * bias)} (at the bias if beta is 0: C is then not read, so its NaN does not spread) and is one chain {@code c
 * = fma(a', b, c)} over ascending k. Blocks, tiles, widths and threads never show in the result.
 *
 * <p>Made once for given sizes; immutable and thread-safe, as long as each thread brings a workspace of its
 * own; {@link SharedGemm} shares a product's rows among threads. {@link #run} checks every extent and allocates nothing.
 */
public final class Gemm {
  /** Most rows of a block of A, which comes from L3, in order: a CPU foresees that, and B has L2 to itself. */
  private static final int ROWS = 1024;

  /** Most steps of a block. Every further block waits for C, whose rows lie far apart. */
  private static final int STEPS = 1024;

  /** Columns of B that are packed at a time, a multiple of every panel's; with all steps they fit in L2. */
  private static final int COLUMNS = 64;

  /** Operands of no more floats are not packed: A beside C in L2, B nearly in L1. */
  private static final long SMALL_A = 64 * 1024;

  private static final long SMALL_B = 16 * 1024;

  private final Form form;
  private final int m;
  private final int n;
  private final int k;
  private final int lda;
  private final int ldb;
  private final int ldc;
  private final float alpha;
  private final float beta;

  /** Rows of every block but the last: shared out evenly, since all of B is packed for each. */
  private final int blockRows;

  /** Steps of every block but the last: shared out evenly, since a short block loads and stores C for little work. */
  private final int blockSteps;

  /** Columns of every block but the last: all of them where B is read where it is. */
  private final int blockColumns;

  /** Distance of A's rows in a packed block: an odd number of cache lines, or they would meet in the same sets. */
  private final int packedRow;

  private final boolean packsA;
  private final boolean packsB;

  /** Products by rows (most, what remains), columns (most, what remains) and step block (not the last, the last). */
  private final @Nullable Product[] products = new Product[8];

  /** Which operands are read as their transpose. */
  public enum Form {
    /** A is m x k, B is k x n. */
    NN(false, false),
    /** A is m x k, B is n x k. */
    NT(false, true),
    /** A is k x m, B is k x n. */
    TN(true, false);

    private final boolean transposeA;
    private final boolean transposeB;

    Form(boolean transposeA, boolean transposeB) {
      this.transposeA = transposeA;
      this.transposeB = transposeB;
    }
  }

  /**
   * Lays out a multiplication.
   *
   * @param m rows of C, at least 1
   * @param n columns of C, at least 1
   * @param k length of the sums, at least 1
   * @param lda distance of A's rows, at least their length
   * @param ldb distance of B's rows, at least their length
   * @param ldc distance of C's rows, at least n
   * @param relu whether {@code max(c, 0)} follows
   * @throws IllegalArgumentException if a size is out of range
   */
  public Gemm(Form form, int m, int n, int k, float alpha, int lda, int ldb, float beta, int ldc, boolean relu) {
    if (m < 1 || n < 1 || k < 1) {
      throw new IllegalArgumentException("sizes must be positive: " + m + ", " + n + ", " + k);
    }
    if (lda < (form.transposeA ? m : k) || ldb < (form.transposeB ? k : n) || ldc < n) {
      throw new IllegalArgumentException(
          "leading dimensions %d, %d, %d are shorter than the rows".formatted(lda, ldb, ldc));
    }
    this.form = form;
    this.m = m;
    this.n = n;
    this.k = k;
    this.lda = lda;
    this.ldb = ldb;
    this.ldc = ldc;
    this.alpha = alpha;
    this.beta = beta;
    packsA = form.transposeA || alpha != 1 || (long) m * lda > SMALL_A;
    packsB = form.transposeB || (long) k * ldb > SMALL_B;
    blockRows = Math.ceilDiv(m, Math.ceilDiv(m, ROWS));
    blockSteps = Math.ceilDiv(k, Math.ceilDiv(k, STEPS));
    blockColumns = packsB ? Math.min(n, COLUMNS) : n;
    packedRow = (int) Memory.padded(blockSteps) | Memory.BLOCK;
    for (int which = 0; which < products.length; which++) {
      int rows = (which & 1) == 0 ? blockRows : m % blockRows;
      int columns = (which & 2) == 0 ? blockColumns : n % blockColumns;
      boolean last = (which & 4) != 0;
      if (rows > 0 && columns > 0 && (last || k > blockSteps)) {
        products[which] = product(rows, columns, relu && last);
      }
    }
  }

  private Product product(int rows, int columns, boolean relu) {
    return new Product(
        rows, columns, packsA ? packedRow : lda, 1, packsB ? Product.PANEL : ldb,
        packsB ? (long) blockSteps * Product.PANEL : Product.PANEL, ldc, relu);
  }

  /** Floats of workspace that {@link #run} needs. */
  public long workspaceFloats() {
    return zeros() + (packsA ? blockA() : 0) + (packsB ? Packing.panelFloats(blockSteps, blockColumns) : 0);
  }

  /** Zeros for a block's columns to start from. */
  private long zeros() {
    return Memory.padded(blockColumns);
  }

  private long blockA() {
    return (long) blockRows * packedRow;
  }

  /**
   * Computes C.
   *
   * @param bias n values that are added to each row, or null for zeros
   * @param workspace {@link #workspaceFloats} floats that no other thread uses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   */
  public void run(
      MemorySegment a,
      long aOffset,
      MemorySegment b,
      long bOffset,
      MemorySegment c,
      long cOffset,
      @Nullable MemorySegment bias,
      long biasOffset,
      MemorySegment workspace,
      long workspaceOffset) {
    Memory.check(a, aOffset, extent(form.transposeA ? k : m, form.transposeA ? m : k, lda));
    Memory.check(b, bOffset, extent(form.transposeB ? n : k, form.transposeB ? k : n, ldb));
    Memory.check(c, cOffset, extent(m, n, ldc));
    Memory.check(workspace, workspaceOffset, workspaceFloats());
    Memory.zero(workspace, workspaceOffset, zeros());
    if (beta != 0 && (beta != 1 || bias != null)) {
      scale(c, cOffset, bias, biasOffset);
    }
    long packedA = workspaceOffset + zeros();
    long packedB = packedA + (packsA ? blockA() : 0);
    for (int i = 0; i < m; i += blockRows) {
      int rows = Math.min(blockRows, m - i);
      for (int l = 0; l < k; l += blockSteps) {
        int steps = Math.min(blockSteps, k - l);
        packA(a, aOffset, i, l, rows, steps, workspace, packedA);
        for (int j = 0; j < n; j += blockColumns) {
          packB(b, bOffset, l, j, steps, Math.min(blockColumns, n - j), workspace, packedB);
          block(
              j, l, rows, a, packsA ? packedA : aOffset + (long) i * lda + l, b,
              packsB ? packedB : bOffset + (long) l * ldb + j, c, cOffset + (long) i * ldc + j, bias, biasOffset + j,
              workspace, workspaceOffset);
        }
      }
    }
  }

  /** One block of C along one block of steps. */
  private void block(
      int column,
      int step,
      int rows,
      MemorySegment a,
      long aOffset,
      MemorySegment b,
      long bOffset,
      MemorySegment c,
      long cOffset,
      @Nullable MemorySegment bias,
      long biasOffset,
      MemorySegment workspace,
      long zeros) {
    int steps = Math.min(blockSteps, k - step);
    int which =
        (rows == blockRows ? 0 : 1)
            + (n - column >= blockColumns ? 0 : 2)
            + (step + steps == k ? 4 : 0);
    Product product = products[which];
    if (product == null) {
      throw new AssertionError("every block has a product");
    }
    MemorySegment left = packsA ? workspace : a;
    MemorySegment right = packsB ? workspace : b;
    if (step > 0 || beta != 0) {
      product.accumulate(1, steps, left, aOffset, 0, right, bOffset, 0, c, cOffset);
    } else if (bias != null) {
      product.runWithBias(1, steps, left, aOffset, 0, right, bOffset, 0, bias, biasOffset, c, cOffset);
    } else {
      product.runWithBias(1, steps, left, aOffset, 0, right, bOffset, 0, workspace, zeros, c, cOffset);
    }
  }

  private static long extent(int rows, int columns, int stride) {
    return (rows - 1L) * stride + columns;
  }

  /** Sets C to where the chains begin, {@code fma(beta, c, bias)}. */
  private void scale(MemorySegment c, long cOffset, @Nullable MemorySegment bias, long biasOffset) {
    for (int i = 0; i < m; i++) {
      long row = cOffset + (long) i * ldc;
      for (int j = 0; j < n; j++) {
        float add = bias == null ? 0f : Memory.get(bias, biasOffset + j);
        Memory.set(c, row + j, Math.fma(beta, Memory.get(c, row + j), add));
      }
    }
  }

  private void packA(
      MemorySegment a, long aOffset, int row, int step, int rows, int steps, MemorySegment target, long to) {
    if (!packsA) {
      return;
    }
    if (!form.transposeA && alpha == 1) {
      Packing.rows(a, aOffset + (long) row * lda + step, lda, rows, steps, target, to, packedRow);
      return;
    }
    for (int i = 0; i < rows; i++) {
      long at = form.transposeA ? (long) step * lda + row + i : (long) (row + i) * lda + step;
      long stride = form.transposeA ? lda : 1;
      for (int l = 0; l < steps; l++) {
        Memory.set(target, to + (long) i * packedRow + l, alpha * Memory.get(a, aOffset + at + l * stride));
      }
    }
  }

  private void packB(
      MemorySegment b, long bOffset, int step, int column, int steps, int columns, MemorySegment target, long to) {
    if (!packsB) {
      return;
    }
    for (int j = 0; j < columns; j += Product.PANEL) {
      int width = Math.min(Product.PANEL, columns - j);
      long panel = to + (long) j * blockSteps;
      if (form.transposeB) {
        panelOfTranspose(b, bOffset + (long) (column + j) * ldb + step, width, steps, target, panel);
      } else {
        Packing.rows(b, bOffset + (long) step * ldb + column + j, ldb, steps, width, target, panel, Product.PANEL);
      }
    }
  }

  private void panelOfTranspose(
      MemorySegment b, long from, int width, int height, MemorySegment target, long panel) {
    for (int j = 0; j < width; j++) {
      for (int l = 0; l < height; l++) {
        Memory.set(target, panel + (long) l * Product.PANEL + j, Memory.get(b, from + (long) j * ldb + l));
      }
    }
  }
}
