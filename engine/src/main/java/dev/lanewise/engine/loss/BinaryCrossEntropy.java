package dev.lanewise.engine.loss;

import dev.lanewise.engine.kernel.Losses;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Row loss: the mean over the outputs of {@code max(x, 0) - x * t + log(1 + exp(-|x|))}; derivative
 * {@code (sigmoid(x) - t) / outputs}. Keras's {@code BinaryCrossentropy(from_logits=True)}, PyTorch's
 * {@code BCEWithLogitsLoss}.
 */
final class BinaryCrossEntropy extends Loss {
  static final String NAME = "binary-cross-entropy";
  static final BinaryCrossEntropy INSTANCE = new BinaryCrossEntropy();

  private BinaryCrossEntropy() {
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
    return Losses.binaryCrossEntropy(
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
    Losses.sigmoid(logits, offset, pitch, rows, outputs, out, outOffset);
  }
}
