package dev.lanewise.engine.infer;

import dev.lanewise.engine.event.Events;
import dev.lanewise.engine.event.PredictionEvent;
import dev.lanewise.engine.infer.Weights.Version;
import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Pixels;
import dev.lanewise.engine.model.Execution;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Plan;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Predicts. Each thread has one of its own over shared {@link Weights}; making one takes its work space and
 * nothing else. Calls take no lock, never wait, and allocate nothing after {@link #warmUp}.
 *
 * <p>Input is floats as the network takes them, or pixels: unsigned bytes, which become {@code pixel / 255}. A batch
 * lies one input behind the other, and so do its outputs. The result of an input does not depend on the batch. Arrays
 * and segments have exactly the length of {@code count} inputs or outputs. Segments may lie on the heap or off it,
 * with any alignment; floats are in native byte order. A call that throws wrote no output, and the predictor can be
 * used again.
 *
 * <p>For one thread at a time: a call while another thread is in one is refused, and harms neither. May be handed
 * from thread to thread.
 */
public final class Predictor implements AutoCloseable {
  private final Weights weights;
  private final @Nullable Model retained;
  private final Weights.Workspace workspace;
  private final Plan plan;
  private final Execution execution;
  private final int inputs;
  private final int outputs;

  /** The version that a running call uses. */
  private final Announcement announcement = new Announcement();

  private final Supplier<Version> newest;
  private long version;

  /**
   * A predictor for single inputs.
   *
   * @throws IllegalStateException if the weights are closed
   */
  public Predictor(Weights weights) {
    this(weights, 1);
  }

  /**
   * A predictor for up to {@code batch} inputs a call.
   *
   * @throws IllegalArgumentException if {@code batch} is below 1
   * @throws IllegalStateException if the weights are closed
   */
  public Predictor(Weights weights, int batch) {
    this(weights, batch, null);
  }

  /** A predictor for single inputs with weights of its own; see {@link #Predictor(Model, int)}. */
  public Predictor(Model model) {
    this(model, 1);
  }

  /**
   * A predictor with weights of its own, for up to {@code batch} inputs a call. Later changes of the model do not
   * show. Keeps the model open until it is closed. For several threads, share {@link Weights} instead.
   *
   * @throws IllegalArgumentException if {@code batch} is below 1
   * @throws IllegalStateException if the model is closed
   */
  public Predictor(Model model, int batch) {
    this(ownWeights(model), batch, model);
  }

  private Predictor(Weights weights, int batch, @Nullable Model retained) {
    this.weights = weights;
    this.retained = retained;
    newest = weights::current;
    try {
      workspace = weights.open(batch, announcement);
    } catch (RuntimeException | Error e) {
      closeOwnWeights();
      throw e;
    }
    plan = workspace.plan();
    execution = workspace.execution();
    inputs = weights.network().inputShape().size();
    outputs = weights.network().outputShape().size();
  }

  private static Weights ownWeights(Model model) {
    model.retain();
    try {
      return new Weights(model);
    } catch (RuntimeException | Error e) {
      model.release();
      throw e;
    }
  }

  private void closeOwnWeights() {
    if (retained != null) {
      weights.close();
      retained.release();
    }
  }

  /**
   * Computes the network's outputs (for a classifier: logits).
   *
   * @param input {@code [count][inputs]}
   * @param output receives {@code [count][outputs]}
   * @param count inputs, 1 to the predictor's batch
   * @throws IllegalArgumentException if a length does not fit
   * @throws IllegalStateException if the predictor is closed, or another thread is using it
   */
  public void predict(float[] input, float[] output, int count) {
    requireLengths(count, input.length, output.length);
    enter();
    try {
      load(input, count);
      forward(count);
      for (int i = 0; i < count; i++) {
        copyOutput(i, output, i * outputs);
      }
    } finally {
      leave();
    }
  }

  /** Computes the network's outputs for one input; see {@link #predict(float[], float[], int)}. */
  public void predict(float[] input, float[] output) {
    predict(input, output, 1);
  }

  /**
   * Computes the network's outputs for pixels; see {@link #predict(float[], float[], int)}.
   *
   * @param pixels {@code [count][inputs]}, unsigned bytes
   */
  public void predict(byte[] pixels, float[] output, int count) {
    requireLengths(count, pixels.length, output.length);
    enter();
    try {
      load(pixels, count);
      forward(count);
      for (int i = 0; i < count; i++) {
        copyOutput(i, output, i * outputs);
      }
    } finally {
      leave();
    }
  }

  /** Computes the network's outputs for one input of pixels; see {@link #predict(byte[], float[], int)}. */
  public void predict(byte[] pixels, float[] output) {
    predict(pixels, output, 1);
  }

  /**
   * Computes the network's outputs; see {@link #predict(float[], float[], int)}.
   *
   * @param input floats, {@code [count][inputs]}
   * @param output floats, receives {@code [count][outputs]}
   * @throws IllegalArgumentException if a length does not fit, or {@code output} is read-only
   * @throws WrongThreadException if a segment is confined to another thread
   * @throws IllegalStateException if the predictor or a segment is closed, or another thread is using the predictor
   */
  public void predict(MemorySegment input, MemorySegment output, int count) {
    requireSegments(count, input, Float.BYTES, output);
    enter();
    try {
      for (int i = 0; i < count; i++) {
        Memory.copy(input, (long) i * inputs, execution.workspace(), plan.input().at(i), inputs);
      }
      forward(count);
      copyOutputs(output, count);
    } finally {
      leave();
    }
  }

  /**
   * Computes the network's outputs for pixels; see {@link #predict(MemorySegment, MemorySegment, int)}.
   *
   * @param pixels unsigned bytes, {@code [count][inputs]}
   * @param output floats, receives {@code [count][outputs]}
   */
  public void predictPixels(MemorySegment pixels, MemorySegment output, int count) {
    requireSegments(count, pixels, Byte.BYTES, output);
    enter();
    try {
      for (int i = 0; i < count; i++) {
        Pixels.copy(pixels, (long) i * inputs, execution.workspace(), plan.input().at(i), inputs);
      }
      forward(count);
      copyOutputs(output, count);
    } finally {
      leave();
    }
  }

  /**
   * Computes the probabilities of a classifier's classes for one input: the softmax of its outputs.
   *
   * @param probabilities receives {@code [outputs]}, each 0 to 1
   */
  public void probabilities(float[] input, float[] probabilities) {
    requireLengths(1, input.length, probabilities.length);
    enter();
    try {
      load(input, 1);
      forward(1);
      softmax();
      copyOutput(0, probabilities, 0);
    } finally {
      leave();
    }
  }

  /** Computes the probabilities of the classes for pixels; see {@link #probabilities(float[], float[])}. */
  public void probabilities(byte[] pixels, float[] probabilities) {
    requireLengths(1, pixels.length, probabilities.length);
    enter();
    try {
      load(pixels, 1);
      forward(1);
      softmax();
      copyOutput(0, probabilities, 0);
    } finally {
      leave();
    }
  }

  /** The class with the largest output for one input, the first of equals. */
  public int classify(float[] input) {
    requireLengths(1, input.length, outputs);
    enter();
    try {
      load(input, 1);
      forward(1);
      return largest();
    } finally {
      leave();
    }
  }

  /** The class with the largest output for one input of pixels, the first of equals. */
  public int classify(byte[] pixels) {
    requireLengths(1, pixels.length, outputs);
    enter();
    try {
      load(pixels, 1);
      forward(1);
      return largest();
    } finally {
      leave();
    }
  }

  /**
   * Waits for the SIMD kernels if the scalar ones still answer, and predicts, with inputs of its own, until the JIT
   * compiler has done its work: until calls of all kinds have allocated nothing and taken the same time, within a tenth,
   * for 0.1 seconds on end. The JVM compiles for the process: a second predictor over the same network and batch is
   * warm, too.
   *
   * @param limit when to give up; 10 seconds are plenty for a small network
   * @return whether it came to that, and what was measured last
   */
  public Readiness warmUp(Duration limit) {
    return new WarmUp(this, plan.group(), inputs, outputs).run(limit);
  }

  /** Number of the version of the weights that the last call used; 0 before the first. */
  public long version() {
    return version;
  }

  private void requireLengths(int count, long input, long output) {
    requireLengths(count, input, 1, output, 1, "values");
  }

  private void requireSegments(int count, MemorySegment input, int inputBytes, MemorySegment output) {
    requireLengths(count, input.byteSize(), inputBytes, output.byteSize(), Float.BYTES, "bytes");
    requireUsable(input, output);
  }

  private void requireLengths(int count, long input, int inputUnit, long output, int outputUnit, String unit) {
    if (count < 1 || count > plan.group()) {
      throw new IllegalArgumentException(
          "%d inputs in a call of a predictor for 1 to %d".formatted(count, plan.group()));
    }
    long wantedInput = (long) count * inputs * inputUnit;
    long wantedOutput = (long) count * outputs * outputUnit;
    if (input != wantedInput || output != wantedOutput) {
      throw new IllegalArgumentException(
          "%d input(s) of %s and output(s) of %s have %d and %d %s, not %d and %d"
              .formatted(
                  count, weights.network().inputShape(), weights.network().outputShape(), wantedInput,
                  wantedOutput, unit, input, output));
    }
  }

  private static void requireUsable(MemorySegment input, MemorySegment output) {
    if (output.isReadOnly()) {
      throw new IllegalArgumentException("the output segment is read-only");
    }
    if (!input.scope().isAlive() || !output.scope().isAlive()) {
      throw new IllegalStateException("a segment's memory was freed");
    }
    Thread thread = Thread.currentThread();
    if (!input.isAccessibleBy(thread) || !output.isAccessibleBy(thread)) {
      throw new WrongThreadException("a segment is confined to another thread");
    }
  }

  /** Makes the workspace this thread's, and a version of the weights sure to stay until {@link #leave}. */
  private void enter() {
    Version used = announcement.announce(newest);
    execution.weights(used.parameters, used.packed);
    version = used.number;
  }

  private void leave() {
    announcement.withdraw();
  }

  private void load(float[] input, int count) {
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          input, i * inputs, execution.workspace(), Memory.FLOAT, plan.input().at(i) * Float.BYTES, inputs);
    }
  }

  private void load(byte[] pixels, int count) {
    for (int i = 0; i < count; i++) {
      Pixels.copy(pixels, i * inputs, execution.workspace(), plan.input().at(i), inputs);
    }
  }

  private void forward(int count) {
    PredictionEvent event = Events.prediction();
    execution.images(count);
    plan.forward(execution, false);
    if (event != null) {
      event.done(count, version);
    }
  }

  private void copyOutput(int image, float[] output, int at) {
    MemorySegment.copy(
        execution.workspace(), Memory.FLOAT, plan.output().at(image) * Float.BYTES, output, at, outputs);
  }

  private void copyOutputs(MemorySegment output, int count) {
    for (int i = 0; i < count; i++) {
      Memory.copy(execution.workspace(), plan.output().at(i), output, (long) i * outputs, outputs);
    }
  }

  private void softmax() {
    long at = plan.output().at(0);
    Losses.softmax(execution.workspace(), at, plan.output().pitch(), 1, outputs, execution.workspace(), at);
  }

  private int largest() {
    long at = plan.output().at(0);
    int best = 0;
    for (int i = 1; i < outputs; i++) {
      if (Memory.get(execution.workspace(), at + i) > Memory.get(execution.workspace(), at + best)) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Gives the memory back. May be called from any thread. Closing twice does nothing.
   *
   * @throws IllegalStateException if another thread is in a call; nothing has happened then
   */
  @Override
  public void close() {
    if (announcement.close()) {
      weights.release(workspace, announcement);
      closeOwnWeights();
    }
  }
}
