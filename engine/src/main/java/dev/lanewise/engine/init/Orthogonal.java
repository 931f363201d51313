package dev.lanewise.engine.init;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The orthogonal factor of a random normal matrix, as {@code keras.initializers.Orthogonal}. Keras
 * takes a QR decomposition and makes R's diagonal positive; Gram and Schmidt's method yields that very
 * Q. It runs in double, twice over each vector, which keeps the vectors orthogonal to rounding.
 */
final class Orthogonal extends Initializer {
  private final double gain;

  Orthogonal(double gain) {
    super(gain == 1 ? "orthogonal" : "orthogonal(" + gain + ")");
    if (!Double.isFinite(gain)) {
      throw new IllegalArgumentException("gain " + gain + " is not finite");
    }
    this.gain = gain;
  }

  @Override
  void write(
      MemorySegment target,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      long fanIn,
      long fanOut,
      Draw draw) {
    // The vectors run along the larger dimension, one for each index of the smaller.
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] q = new double[count][length];
    for (int v = 0; v < count; v++) {
      for (int i = 0; i < length; i++) {
        q[v][i] = draw.gaussian((long) i * count + v);
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int u = 0; u < v; u++) {
          subtract(q[v], q[u], dot(q[v], q[u]));
        }
      }
      double norm = StrictMath.sqrt(dot(q[v], q[v]));
      for (int i = 0; i < length; i++) {
        q[v][i] /= norm;
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double value = rows >= columns ? q[c][r] : q[r][c];
        Memory.set(target, offset + (long) r * rowPitch + c, (float) (gain * value));
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] vector, double times) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * vector[i];
    }
  }
}
