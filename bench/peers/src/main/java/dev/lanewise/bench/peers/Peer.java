package dev.lanewise.bench.peers;

import dev.lanewise.bench.ConvolutionBenchmark;
import dev.lanewise.bench.GemmBenchmark;

/**
 * A library under comparison. It prepares jobs for what {@link Library} says that it can do. Input is converted
 * to the library's own form beforehand, outside of what is timed.
 */
interface Peer {
  /**
   * Prepares the product of the operands' matrices.
   *
   * @param operands matrices that this library may read and not write
   */
  default Job gemm(GemmBenchmark operands, int threads) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prepares one pass of a convolution.
   *
   * @param operands images, weights and gradients that this library may read and not write
   */
  default Job convolution(ConvolutionBenchmark operands, Pass pass, int threads) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prepares training with Adam (learning rate 0.001); each run of the job is one step, with the batches in order and
   * again from the first one after the last.
   */
  default Job training(Digits digits, Weights start, int threads) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prepares predictions, from an array of pixels to one of logits.
   *
   * @param pixels as many images as a batch has, from 0 to 1
   */
  default Job prediction(float[] pixels, int batch, Weights weights, int threads) {
    throw new UnsupportedOperationException();
  }
}
