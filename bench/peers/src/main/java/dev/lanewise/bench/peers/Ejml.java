package dev.lanewise.bench.peers;

import dev.lanewise.bench.GemmBenchmark;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/** EJML, plain Java on heap arrays. */
final class Ejml implements Peer {
  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    EjmlConcurrency.setMaxThreads(threads);
    FMatrixRMaj a =
        FMatrixRMaj.wrap(operands.m, operands.k, Floats.of(operands.a));
    FMatrixRMaj b =
        FMatrixRMaj.wrap(operands.k, operands.n, Floats.of(operands.b));
    FMatrixRMaj c = new FMatrixRMaj(operands.m, operands.n);
    return new Job() {
      @Override
      public void run() {
        if (threads == 1) {
          CommonOps_FDRM.mult(a, b, c);
        } else {
          CommonOps_MT_FDRM.mult(a, b, c);
        }
      }

      @Override
      public float[] result() {
        return c.data;
      }
    };
  }
}
