package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Gemm;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.kernel.SharedGemm;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Matrix multiplication {@code C = A B}, packing included, on one and on two threads. Threads share C's rows.
 *
 * <p>The squares show how blocking holds up as the operands leave L1, L2 and L3. The other shapes are those
 * of the MNIST network (conv 1, 2, 3 as an im2col product of one image, then the dense layers for 8 images):
 * with so few columns packing costs more than it saves, which is why convolutions do not come this way.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Gemm</pre>
 */
@State(Scope.Benchmark)
public class GemmBenchmark {
  /** Rows of C, columns of C, length of the sums. */
  @Param({
    "64x64x64", "128x128x128", "256x256x256", "512x512x512", "1024x1024x1024", "2048x2048x2048",
    "676x32x9", "100x64x288", "9x64x576", "8x64x576", "8x10x64"
  })
  public String gemm = "";

  /** Threads that share a product. */
  @Param({"1", "2"})
  public int threads = 1;

  /** Rows of C. */
  public int m;

  /** Columns of C. */
  public int n;

  /** Length of the sums. */
  public int k;

  /** m x k. */
  public MemorySegment a;

  /** k x n. */
  public MemorySegment b;

  /** m x n. */
  public MemorySegment c;

  private MemorySegment workspace;
  private SharedGemm product;
  private Team team;
  private Team.Task task;
  private Operands operands;

  /** Lays the products out, fills the operands and starts the team. */
  @Setup
  public void setUp() {
    String[] sizes = gemm.split("x", -1);
    m = Integer.parseInt(sizes[0]);
    n = Integer.parseInt(sizes[1]);
    k = Integer.parseInt(sizes[2]);
    operands = new Operands();
    a = operands.random((long) m * k, -1, 1);
    b = operands.random((long) k * n, -1, 1);
    c = operands.zeros((long) m * n);
    product = new SharedGemm(threads, Gemm.Form.NN, m, n, k, 1, k, n, 0, n, false);
    Kernels.prepare();
    workspace = operands.zeros(product.workspaceFloats());
    team = new Team(threads);
    task = member -> product.share(member, a, 0, b, 0, c, 0, null, 0, workspace, 0);
  }

  /** Ends the team and frees the operands. */
  @TearDown
  public void tearDown() {
    team.close();
    operands.close();
  }

  /** One product. */
  @Benchmark
  public void gemm(Work work) {
    team.run(task);
    work.product(m, n, k);
  }
}
