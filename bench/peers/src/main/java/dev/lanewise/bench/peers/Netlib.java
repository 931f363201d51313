package dev.lanewise.bench.peers;

import dev.lanewise.bench.GemmBenchmark;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's VectorBLAS, written with the Vector API, on heap arrays. It has no threads of its own. */
final class Netlib implements Peer {
  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    JavaBLAS blas = JavaBLAS.getInstance();
    if (!blas.getClass().getSimpleName().equals("VectorBLAS")) {
      throw new IllegalStateException("netlib chose " + blas.getClass().getSimpleName() + " instead of VectorBLAS");
    }
    float[] a = Floats.of(operands.a);
    float[] b = Floats.of(operands.b);
    float[] c = new float[operands.m * operands.n];
    return new Job() {
      @Override
      public void run() {
        // Its matrices are column-major: the transposed product, of the transposed factors.
        blas.sgemm(
            "N", "N", operands.n, operands.m, operands.k, 1, b, operands.n, a, operands.k, 0, c, operands.n);
      }

      @Override
      public float[] result() {
        return c;
      }
    };
  }
}
