package dev.lanewise.engine.loss;

import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Row loss: the mean over the outputs of {@code (x - t)^2}; derivative {@code 2 * (x - t) / outputs}.
 * Keras's {@code MeanSquaredError}, PyTorch's {@code MSELoss}.
 */
final class MeanSquaredError extends Loss {
  static final String NAME = "mean-squared-error";
  static final MeanSquaredError INSTANCE = new MeanSquaredError();

  private MeanSquaredError() {
    super(NAME);
  }

  @Override
  public boolean usesLabels() {
    return false;
  }

  @Override
  public double evaluate(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment targets,
      long targetOffset,
      int targetPitch,
      float scale,
      @Nullable MemorySegment gradient,
      long gradientOffset) {
    return Losses.meanSquaredError(
        logits, offset, pitch, rows, outputs, targets, targetOffset, targetPitch, scale, gradient,
        gradientOffset);
  }

  @Override
  public void predict(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment out,
      long outOffset) {
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch;
      for (int j = 0; j < pitch; j++) {
        float y = j < outputs ? Memory.get(logits, offset + row + j) : 0f;
        Memory.set(out, outOffset + row + j, y);
      }
    }
  }
}
