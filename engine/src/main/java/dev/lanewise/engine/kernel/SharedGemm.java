package dev.lanewise.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Gemm} cut into shares of C's rows, as even as whole rows allow, for the members of a team:
 *
 * <pre>
 * SharedGemm gemm = new SharedGemm(team.size(), Gemm.Form.NN, m, n, k, 1, k, n, 0, n, false);
 * team.run(member -> gemm.share(member, a, 0, b, 0, c, 0, null, 0, workspace, 0));
 * </pre>
 *
 * <p>Numeric contract: that of {@link Gemm}. An element of C is computed in one share, as one chain, so their number never
 * shows in the result, nor does the order in which they end.
 *
 * <p>Each share packs what it reads into its own part of the workspace; nobody waits for anybody. Immutable and
 * thread-safe; allocates nothing after it was made.
 */
public final class SharedGemm {
  private final Gemm[] shares;
  private final int m;
  private final long aRow;
  private final long cRow;
  private final long workspaceFloats;

  /**
   * Lays a multiplication out; for all but the first parameter see {@link Gemm}.
   *
   * @param shares at least 1; no more than m of them have work
   * @throws IllegalArgumentException if a size is out of range
   */
  public SharedGemm(
      int shares, Gemm.Form form, int m, int n, int k, float alpha, int lda, int ldb, float beta, int ldc, boolean relu) {
    if (shares < 1) {
      throw new IllegalArgumentException("shares must be positive: " + shares);
    }
    if (m < 1) {
      throw new IllegalArgumentException("rows must be positive: " + m);
    }
    this.shares = new Gemm[Math.min(shares, m)];
    this.m = m;
    aRow = form == Gemm.Form.TN ? 1 : lda;
    cRow = ldc;
    long largest = 0;
    for (int i = 0; i < this.shares.length; i++) {
      this.shares[i] = new Gemm(form, firstRow(i + 1) - firstRow(i), n, k, alpha, lda, ldb, beta, ldc, relu);
      largest = Math.max(largest, this.shares[i].workspaceFloats());
    }
    workspaceFloats = largest;
  }

  private int firstRow(int share) {
    return (int) ((long) m * share / shares.length);
  }

  /** Floats of workspace that all shares need together. */
  public long workspaceFloats() {
    return shares.length * workspaceFloats;
  }

  /**
   * Computes one share of C's rows; for the operands see {@link Gemm#run}. Shares may run at the same time.
   *
   * @param share from 0; nothing happens where it is not below the number of rows
   * @param workspace {@link #workspaceFloats} floats, of which each share uses its own part
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   */
  public void share(
      int share,
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
    if (share >= shares.length) {
      return;
    }
    long row = firstRow(share);
    shares[share].run(
        a, aOffset + row * aRow, b, bOffset, c, cOffset + row * cRow, bias, biasOffset, workspace,
        workspaceOffset + share * workspaceFloats);
  }
}
