package dev.lanewise.engine.init;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Random values whose variance is {@code scale / fan}, as {@code keras.initializers.VarianceScaling}:
 * uniform in ±sqrt(3 * scale / fan), or normal, truncated at two standard deviations and widened so
 * that the variance after the truncation is the wanted one.
 */
final class VarianceScaling extends Initializer {
  /** Which count divides the scale. */
  enum Fan {
    IN,
    AVERAGE
  }

  /** Standard deviation of the standard normal truncated at ±2; Keras's constant. */
  private static final double TRUNCATED_DEVIATION = 0.8796256610342398;

  private final double scale;
  private final Fan fan;
  private final boolean normal;

  VarianceScaling(String name, double scale, Fan fan, boolean normal) {
    super(name);
    this.scale = scale;
    this.fan = fan;
    this.normal = normal;
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
    double variance = scale / (fan == Fan.IN ? fanIn : (fanIn + (double) fanOut) / 2);
    double deviation = StrictMath.sqrt(variance) / TRUNCATED_DEVIATION;
    double limit = StrictMath.sqrt(3 * variance);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        long element = (long) r * columns + c;
        double value =
            normal
                ? deviation * draw.truncatedGaussian(element)
                : limit * (2 * draw.uniform(element) - 1);
        Memory.set(target, offset + (long) r * rowPitch + c, (float) value);
      }
    }
  }
}
