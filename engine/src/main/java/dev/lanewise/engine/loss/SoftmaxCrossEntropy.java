package dev.lanewise.engine.loss;

import dev.lanewise.engine.kernel.Losses;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Row loss {@code log(sum of exp(x_j)) - x_label}, computed relative to the row's maximum; derivative
 * {@code softmax(x)_j - [j == label]}. Keras's {@code SparseCategoricalCrossentropy(from_logits=True)},
 * PyTorch's {@code CrossEntropyLoss}.
 */
final class SoftmaxCrossEntropy extends Loss {
  static final String NAME = "softmax-cross-entropy";
  static final SoftmaxCrossEntropy INSTANCE = new SoftmaxCrossEntropy();

  private SoftmaxCrossEntropy() {
    super(NAME);
  }

  @Override
  public boolean usesLabels() {
    return true;
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
    return Losses.softmaxCrossEntropy(
        logits, offset, pitch, rows, outputs, targets, targetOffset, scale, gradient,
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
    Losses.softmax(logits, offset, pitch, rows, outputs, out, outOffset);
  }
}
