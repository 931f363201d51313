package dev.lanewise.bench.peers;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import dev.lanewise.bench.GemmBenchmark;
import org.bytedeco.javacpp.FloatPointer;

/** OpenBLAS, called through JavaCPP with memory off the heap. The environment says how many threads it has. */
final class OpenBlas implements Peer {
  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    return new Product(operands);
  }

  private static final class Product implements Job {
    private final int m;
    private final int n;
    private final int k;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    Product(GemmBenchmark operands) {
      m = operands.m;
      n = operands.n;
      k = operands.k;
      a = new FloatPointer(Floats.of(operands.a));
      b = new FloatPointer(Floats.of(operands.b));
      c = new FloatPointer((long) m * n);
    }

    @Override
    public void run() {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
    }

    @Override
    public float[] result() {
      float[] result = new float[m * n];
      c.get(result);
      return result;
    }

    @Override
    public void close() {
      a.close();
      b.close();
      c.close();
    }
  }
}
