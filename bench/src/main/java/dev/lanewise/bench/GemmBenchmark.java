package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Gemm;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Matrix multiplication {@code C = A B}, packing included, on one thread.
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

  int m;
  int n;
  int k;
  MemorySegment a;
  MemorySegment b;
  MemorySegment c;
  private MemorySegment workspace;
  private Gemm product;
  private Operands operands;

  /** Lays the product out and fills the operands. */
  @Setup
  public void setUp() {
    String[] sizes = gemm.split("x", -1);
    m = Integer.parseInt(sizes[0]);
    n = Integer.parseInt(sizes[1]);
    k = Integer.parseInt(sizes[2]);
    product = new Gemm(Gemm.Form.NN, m, n, k, 1, k, n, 0, n, false);
    operands = new Operands();
    a = operands.random((long) m * k, -1, 1);
    b = operands.random((long) k * n, -1, 1);
    c = operands.zeros((long) m * n);
    workspace = operands.zeros(product.workspaceFloats());
  }

  /** Frees the operands. */
  @TearDown
  public void tearDown() {
    operands.close();
  }

  /** One product. */
  @Benchmark
  public void gemm(Work work) {
    product.run(a, 0, b, 0, c, 0, null, 0, workspace, 0);
    work.product(m, n, k);
  }
}
