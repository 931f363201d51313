package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * General matrix multiplication {@code C = relu(alpha * op(A) op(B) + beta * C + bias)} for row-major
 * matrices with any leading dimensions, op being nothing or the transpose, bias and ReLU optional.
 *
 * <p>Blocked as in GotoBLAS and BLIS (Goto and van de Geijn 2008; Van Zee and van de Geijn 2015): a block
 * of A and a block of B are packed so that one stays in L2 and a panel of the other in L1, and {@link
 * Product} runs over them.
 *
 * <p>Numeric contract: with {@code a' = alpha * a} rounded once, {@code c} starts at {@code fma(beta, c,
 * bias)} (at the bias if beta is 0: C is then not read, so its NaN does not spread) and is one chain {@code c
 * = fma(a', b, c)} over ascending k. Blocks, tiles, widths and threads never show in the result.
 *
 * <p>Made once for given sizes; immutable and thread-safe, as long as each thread brings a workspace of its
 * own. {@link #run} may be given a range of rows, by which threads share the work. It checks every extent and
 * allocates nothing.
 */
public final class Gemm {
  private static final int ROWS = 240;
  private static final int STEPS = 256;
  private static final int COLUMNS = 2048;

  /** Rows of a packed block of A lie one cache line more apart, or they would meet in the same sets. */
  private static final int A_ROW = STEPS + Memory.BLOCK;

  private final Form form;
  private final int m;
  private final int n;
  private final int k;
  private final int lda;
  private final int ldb;
  private final int ldc;
  private final float alpha;
  private final float beta;
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
    for (int which = 0; which < products.length; which++) {
      int rows = (which & 1) == 0 ? Math.min(m, ROWS) : m % ROWS;
      int columns = (which & 2) == 0 ? Math.min(n, COLUMNS) : n % COLUMNS;
      boolean last = (which & 4) != 0;
      if (rows > 0 && columns > 0 && (last || k > STEPS)) {
        products[which] = product(rows, columns, relu && last);
      }
    }
  }

  private Product product(int rows, int columns, boolean relu) {
    return new Product(
        rows, columns, A_ROW, 1, Product.PANEL, (long) Math.min(k, STEPS) * Product.PANEL, ldc, relu);
  }

  /** Floats of workspace that {@link #run} needs. */
  public long workspaceFloats() {
    return (long) Math.min(m, ROWS) * A_ROW
        + Memory.padded(Packing.panelFloats(Math.min(k, STEPS), Math.min(n, COLUMNS)));
  }

  /** Multiplies whole matrices; see {@link #run(int, int, MemorySegment, long, MemorySegment, long,
   * MemorySegment, long, MemorySegment, long, MemorySegment, long)}. */
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
    run(0, m, a, aOffset, b, bOffset, c, cOffset, bias, biasOffset, workspace, workspaceOffset);
  }

  /**
   * Computes some rows of C.
   *
   * @param fromRow first row, a multiple of 240
   * @param toRow row behind the last one, a multiple of 240 or m
   * @param bias n values that are added to each row, or null for zeros
   * @param workspace {@link #workspaceFloats} floats that no other thread uses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   */
  public void run(
      int fromRow,
      int toRow,
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
    if (fromRow < 0 || fromRow % ROWS != 0 || toRow > m || (toRow % ROWS != 0 && toRow != m)) {
      throw new IllegalArgumentException("rows " + fromRow + " to " + toRow + " of " + m);
    }
    Memory.check(a, aOffset, extent(form.transposeA ? k : m, form.transposeA ? m : k, lda));
    Memory.check(b, bOffset, extent(form.transposeB ? n : k, form.transposeB ? k : n, ldb));
    Memory.check(c, cOffset, extent(m, n, ldc));
    Memory.check(workspace, workspaceOffset, workspaceFloats());
    start(fromRow, toRow, c, cOffset, bias, biasOffset);
    long packedB = workspaceOffset + (long) Math.min(m, ROWS) * A_ROW;
    for (int j = 0; j < n; j += COLUMNS) {
      int columns = Math.min(COLUMNS, n - j);
      for (int l = 0; l < k; l += STEPS) {
        int steps = Math.min(STEPS, k - l);
        packB(b, bOffset, l, j, steps, columns, workspace, packedB);
        for (int i = fromRow; i < toRow; i += ROWS) {
          int rows = Math.min(ROWS, m - i);
          packA(a, aOffset, i, l, rows, steps, workspace, workspaceOffset);
          int which = (rows == Math.min(m, ROWS) ? 0 : 1) + (columns == Math.min(n, COLUMNS) ? 0 : 2)
                  + (l + steps == k ? 4 : 0);
          Product product = products[which];
          if (product == null) {
            throw new AssertionError("every block has a product");
          }
          product.accumulate(
              1, steps, workspace, workspaceOffset, 0, workspace, packedB, 0, c,
              cOffset + (long) i * ldc + j);
        }
      }
    }
  }

  private static long extent(int rows, int columns, int stride) {
    return (rows - 1L) * stride + columns;
  }

  /** Sets C to where the chains begin. */
  private void start(
      int fromRow, int toRow, MemorySegment c, long cOffset, @Nullable MemorySegment bias, long biasOffset) {
    if (beta == 1 && bias == null) {
      return;
    }
    for (int i = fromRow; i < toRow; i++) {
      long row = cOffset + (long) i * ldc;
      if (beta == 0 && bias != null) {
        Memory.copy(bias, biasOffset, c, row, n);
      } else if (beta == 0) {
        Memory.zero(c, row, n);
      } else {
        for (int j = 0; j < n; j++) {
          float add = bias == null ? 0f : Memory.get(bias, biasOffset + j);
          Memory.set(c, row + j, Math.fma(beta, Memory.get(c, row + j), add));
        }
      }
    }
  }

  private void packA(
      MemorySegment a, long aOffset, int row, int step, int rows, int steps, MemorySegment target, long to) {
    for (int i = 0; i < rows; i++) {
      long packed = to + (long) i * A_ROW;
      if (!form.transposeA && alpha == 1) {
        Memory.copy(a, aOffset + (long) (row + i) * lda + step, target, packed, steps);
        continue;
      }
      long from = aOffset + (form.transposeA ? (long) step * lda + row + i : (long) (row + i) * lda + step);
      long stride = form.transposeA ? lda : 1;
      for (int l = 0; l < steps; l++) {
        Memory.set(target, packed + l, alpha * Memory.get(a, from + l * stride));
      }
    }
  }

  private void packB(
      MemorySegment b, long bOffset, int step, int column, int steps, int columns, MemorySegment target, long to) {
    long panelFloats = (long) Math.min(k, STEPS) * Product.PANEL;
    for (int first = 0; first < columns; first += Product.PANEL) {
      int width = Math.min(Product.PANEL, columns - first);
      long panel = to + first / Product.PANEL * panelFloats;
      if (!form.transposeB) {
        for (int l = 0; l < steps; l++) {
          long from = bOffset + (long) (step + l) * ldb + column + first;
          Memory.copy(b, from, target, panel + (long) l * Product.PANEL, width);
        }
        continue;
      }
      for (int j = 0; j < width; j++) {
        long from = bOffset + (long) (column + first + j) * ldb + step;
        for (int l = 0; l < steps; l++) {
          Memory.set(target, panel + (long) l * Product.PANEL + j, Memory.get(b, from + l));
        }
      }
    }
  }
}
