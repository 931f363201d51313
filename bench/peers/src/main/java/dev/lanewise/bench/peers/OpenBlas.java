package dev.lanewise.bench.peers;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import dev.lanewise.bench.GemmBenchmark;

/** OpenBLAS, called through JavaCPP with memory off the heap. The environment says how many threads it has. */
final class OpenBlas implements Peer {
  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    return new NativeProduct(operands) {
      @Override
      public void run() {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
      }
    };
  }
}
