package dev.lanewise.engine.infer;

import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Execution;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Predicts with a model. Its parameters are copied and laid out for the kernels once, when the predictor is
 * made: later changes of the model do not show. Calls allocate nothing after warm-up.
 *
 * <p>Not thread-safe: one predictor for each thread. Until it is closed, a predictor keeps its model open.
 */
public final class Predictor implements AutoCloseable {
  private final Model model;
  private final Plan plan;
  private final Arena arena = Arena.ofShared();
  private final Execution execution;
  private final int inputs;
  private final int outputs;
  private boolean closed;

  /** A predictor for single inputs. */
  public Predictor(Model model) {
    this(model, 1);
  }

  /**
   * A predictor for up to {@code batch} inputs a call.
   *
   * @throws IllegalArgumentException if {@code batch} is below 1
   * @throws IllegalStateException if the model is closed
   */
  public Predictor(Model model, int batch) {
    plan = new Plan(model.network(), batch, false);
    inputs = model.network().inputShape().size();
    outputs = model.network().outputShape().size();
    this.model = model;
    model.retain();
    long floats = model.network().parameterFloats();
    MemorySegment parameters = Memory.allocate(arena, floats);
    Memory.copy(model.parameters(), 0, parameters, 0, floats);
    MemorySegment packed = Memory.allocate(arena, plan.packedFloats());
    plan.pack(parameters, packed);
    execution = new Execution(plan, arena, parameters, packed);
  }

  /**
   * Computes the network's outputs (for a classifier: logits).
   *
   * @param input {@code [count][inputs]}
   * @param output receives {@code [count][outputs]}
   * @param count inputs, 1 to the predictor's batch
   * @throws IllegalArgumentException if a length does not fit
   * @throws IllegalStateException if the predictor is closed
   */
  public void predict(float[] input, float[] output, int count) {
    run(input, count);
    if (output.length != (long) count * outputs) {
      throw new IllegalArgumentException(
          "%d outputs of %d values do not fit an array of %d".formatted(count, outputs, output.length));
    }
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          execution.workspace(), Memory.FLOAT, plan.output().at(i) * Float.BYTES, output, i * outputs, outputs);
    }
  }

  /** Computes the network's outputs for one input; see {@link #predict(float[], float[], int)}. */
  public void predict(float[] input, float[] output) {
    predict(input, output, 1);
  }

  /**
   * Computes the probabilities of a classifier's classes for one input: the softmax of its outputs.
   *
   * @param probabilities receives {@code [outputs]}, each 0 to 1
   */
  public void probabilities(float[] input, float[] probabilities) {
    run(input, 1);
    long at = plan.output().at(0);
    Losses.softmax(execution.workspace(), at, plan.output().pitch(), 1, outputs, execution.workspace(), at);
    if (probabilities.length != outputs) {
      throw new IllegalArgumentException(
          "%d classes do not fit an array of %d".formatted(outputs, probabilities.length));
    }
    MemorySegment.copy(execution.workspace(), Memory.FLOAT, at * Float.BYTES, probabilities, 0, outputs);
  }

  /** The class with the largest output for one input, the first of equals. */
  public int classify(float[] input) {
    run(input, 1);
    long at = plan.output().at(0);
    int best = 0;
    for (int i = 1; i < outputs; i++) {
      if (Memory.get(execution.workspace(), at + i) > Memory.get(execution.workspace(), at + best)) {
        best = i;
      }
    }
    return best;
  }

  private void run(float[] input, int count) {
    if (closed) {
      throw new IllegalStateException("the predictor is closed");
    }
    if (count < 1 || count > plan.group() || input.length != (long) count * inputs) {
      throw new IllegalArgumentException(
          "%d inputs of %d values do not fit an array of %d and batches of up to %d"
              .formatted(count, inputs, input.length, plan.group()));
    }
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          input, i * inputs, execution.workspace(), Memory.FLOAT, plan.input().at(i) * Float.BYTES, inputs);
    }
    execution.images(count);
    plan.forward(execution, false);
  }

  /** Frees the memory. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
      model.release();
    }
  }
}
