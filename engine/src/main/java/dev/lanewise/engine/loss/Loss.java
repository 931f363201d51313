package dev.lanewise.engine.loss;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is trained to make small, as a function of its last layer's outputs (logits) and the
 * targets.
 *
 * <p>Immutable and thread-safe; {@link #evaluate} and {@link #predict} allocate nothing.
 */
public abstract sealed class Loss
    permits SoftmaxCrossEntropy, MeanSquaredError, BinaryCrossEntropy {
  private final String name;

  Loss(String name) {
    this.name = name;
  }

  /** Cross-entropy between class labels and the softmax of the logits. For one class out of many. */
  public static Loss softmaxCrossEntropy() {
    return SoftmaxCrossEntropy.INSTANCE;
  }

  /** Mean of the squared differences between outputs and targets. For regression. */
  public static Loss meanSquaredError() {
    return MeanSquaredError.INSTANCE;
  }

  /** Cross-entropy between targets 0 to 1 and the logistic function of each logit. */
  public static Loss binaryCrossEntropy() {
    return BinaryCrossEntropy.INSTANCE;
  }

  /**
   * The loss of a name, as a command line or a file gives it.
   *
   * @param name one of {@link #names()}
   * @throws IllegalArgumentException if there is no such loss; the message lists all names
   */
  public static Loss byName(String name) {
    return switch (name) {
      case SoftmaxCrossEntropy.NAME -> softmaxCrossEntropy();
      case MeanSquaredError.NAME -> meanSquaredError();
      case BinaryCrossEntropy.NAME -> binaryCrossEntropy();
      default ->
          throw new IllegalArgumentException(
              "no loss is called '" + name + "'; there are " + String.join(", ", names()));
    };
  }

  /** The names that {@link #byName} knows. */
  public static List<String> names() {
    return List.of(SoftmaxCrossEntropy.NAME, MeanSquaredError.NAME, BinaryCrossEntropy.NAME);
  }

  /** Name for reports, for example {@code softmax-cross-entropy}. */
  public final String name() {
    return name;
  }

  @Override
  public final String toString() {
    return name;
  }

  /** Whether targets are class labels, one int a row; otherwise they are floats, one an output. */
  public abstract boolean usesLabels();

  /**
   * Loss of a group of rows and its gradient by the logits; see {@code kernel.Losses} for NaN,
   * infinities and the order of sums.
   *
   * @param logits {@code [rows][pitch]} floats
   * @param offset first logit, in floats
   * @param pitch floats from row to row, at least {@code outputs}
   * @param rows at least 0
   * @param outputs logits in a row, at least 1
   * @param targets labels: one int a row, below {@code outputs}; or floats, {@code
   *     [rows][targetPitch]}
   * @param targetOffset first target, in ints or floats
   * @param targetPitch floats from row to row, at least {@code outputs}; ignored for labels
   * @param scale factor of the gradient: the reciprocal of the batch size gives that of the mean
   * @param gradient receives {@code [rows][pitch]} floats, padding +0; may be the logits, or null
   * @param gradientOffset first element, in floats; ignored without a gradient
   * @return the sum of the row losses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment, or a label is
   *     not below {@code outputs}
   * @throws IllegalArgumentException if a size is out of range
   */
  public abstract double evaluate(
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
      long gradientOffset);

  /**
   * What a prediction reports for logits: probabilities for the cross-entropies, the outputs
   * themselves for the squared error.
   *
   * @param logits {@code [rows][pitch]} floats
   * @param offset first logit, in floats
   * @param pitch floats from row to row of both operands, at least {@code outputs}
   * @param rows at least 0
   * @param outputs logits in a row, at least 1
   * @param out receives {@code [rows][pitch]} floats; may be the logits; padding is written +0
   * @param outOffset first element, in floats
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public abstract void predict(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment out,
      long outOffset);
}
