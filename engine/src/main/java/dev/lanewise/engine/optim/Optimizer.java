package dev.lanewise.engine.optim;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of an optimizer: a rule, its hyper-parameters, the learning rate's schedule,
 * decay and clipping. What changes while a model is trained is in its {@link OptimizerState}.
 *
 * <p>A step computes, for each parameter w with the gradient g of the whole batch:
 *
 * <ol>
 *   <li>clipping of g, by value, by norm or by global norm;
 *   <li>L2 decay: g += l2 w;
 *   <li>decoupled decay: w -= rate weightDecay w;
 *   <li>the rule's own change, as documented at the rule.
 * </ol>
 *
 * <p>Each rule comes in the arithmetic of {@link Convention#KERAS} (the default) and, where it has
 * one, of {@link Convention#PYTORCH}, with that framework's defaults. Parameters and state are
 * floats; the step's factors are computed in double and rounded once, with {@link StrictMath}, so
 * that equal settings give equal bits on every machine.
 *
 * <p>Immutable, and safe for use by any number of threads. The {@code with} methods return changed
 * copies and throw {@link IllegalArgumentException} for values out of range.
 */
public abstract sealed class Optimizer permits Rule {
  private static final List<String> NAMES =
      List.of(
          "sgd",
          "momentum",
          "nesterov",
          "adagrad",
          "rmsprop",
          "rmsprop-centered",
          "rmsprop-momentum",
          "adam",
          "amsgrad",
          "adamw",
          "nadam",
          "adamax",
          "adadelta",
          "lion");

  final Settings settings;

  Optimizer(Settings settings) {
    this.settings = settings;
  }

  /**
   * The rule of a name with Keras's defaults.
   *
   * @param name one of {@link #names()}
   * @return its description
   * @throws IllegalArgumentException if there is no such rule; the message lists all names
   */
  public static Optimizer byName(String name) {
    return switch (name) {
      case "sgd" -> Sgd.keras();
      case "momentum" -> Momentum.keras();
      case "nesterov" -> Nesterov.keras();
      case "adagrad" -> Adagrad.keras();
      case "rmsprop" -> RmsProp.keras();
      case "rmsprop-centered" -> RmsProp.keras().withCentering(true);
      case "rmsprop-momentum" -> RmsProp.keras().withMomentum(0.9);
      case "adam" -> Adam.keras();
      case "amsgrad" -> AmsGrad.keras();
      case "adamw" -> AdamW.keras();
      case "nadam" -> Nadam.keras();
      case "adamax" -> Adamax.keras();
      case "adadelta" -> Adadelta.keras();
      case "lion" -> Lion.keras();
      default ->
          throw new IllegalArgumentException(
              "no optimizer \"" + name + "\"; there are " + String.join(", ", NAMES));
    };
  }

  /**
   * The names that {@link #byName} knows, simple rules first.
   *
   * @return an unmodifiable list
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The rule's name in lower case, one of {@link #names()} where the hyper-parameters fit it.
   *
   * @return the name
   */
  public abstract String name();

  /**
   * The number of floats of state a parameter.
   *
   * @return 0 to 3
   */
  public abstract int slots();

  /**
   * The memory that the state takes a parameter.
   *
   * @return the number of bytes
   */
  public final int stateBytesPerParameter() {
    return slots() * Float.BYTES;
  }

  /**
   * Whose arithmetic this follows.
   *
   * @return the convention
   */
  public final Convention convention() {
    return settings.convention();
  }

  /**
   * The base learning rate, which the schedule modifies.
   *
   * @return a number, 0 or more
   */
  public final double learningRate() {
    return settings.learningRate();
  }

  /**
   * The course of the learning rate.
   *
   * @return the schedule
   */
  public final Schedule schedule() {
    return settings.schedule();
  }

  /**
   * The factor of L2 decay.
   *
   * @return a number, 0 or more
   */
  public final double l2() {
    return settings.l2();
  }

  /**
   * The factor of decoupled decay.
   *
   * @return a number, 0 or more
   */
  public final double weightDecay() {
    return settings.weightDecay();
  }

  /**
   * What happens to large gradients.
   *
   * @return the clipping
   */
  public final Clipping clipping() {
    return settings.clipping();
  }

  /**
   * A copy with another base learning rate.
   *
   * @param rate 0 or more
   * @return the copy
   */
  public abstract Optimizer withLearningRate(double rate);

  /**
   * A copy with another course of the learning rate.
   *
   * @param schedule the schedule
   * @return the copy
   */
  public abstract Optimizer withSchedule(Schedule schedule);

  /**
   * A copy with L2 decay, g += decay w: that is {@code weight_decay} of PyTorch's optimizers other
   * than AdamW, and a Keras regularizer of decay / 2 (there before clipping).
   *
   * @param decay 0 or more
   * @return the copy
   */
  public abstract Optimizer withL2(double decay);

  /**
   * A copy with decoupled decay, w -= rate decay w with the scheduled rate: {@code weight_decay} of
   * Keras's optimizers and of PyTorch's AdamW (Loshchilov and Hutter, 2019).
   *
   * @param decay 0 or more
   * @return the copy
   */
  public abstract Optimizer withWeightDecay(double decay);

  /**
   * A copy with other clipping.
   *
   * @param clipping the clipping, in place of the present one
   * @return the copy
   */
  public abstract Optimizer withClipping(Clipping clipping);

  /**
   * All hyper-parameters by their Keras names, for reports: the learning rate, those of the rule,
   * and those of decay and clipping that are in use.
   *
   * @return an unmodifiable map in a fixed order
   */
  public final Map<String, Double> hyperparameters() {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("learning_rate", learningRate());
    describe(all);
    if (l2() > 0) {
      all.put("l2", l2());
    }
    if (weightDecay() > 0) {
      all.put("weight_decay", weightDecay());
    }
    switch (clipping().kind()) {
      case NONE -> {}
      case VALUE -> all.put("clipvalue", clipping().limit());
      case NORM -> all.put("clipnorm", clipping().limit());
      case GLOBAL_NORM -> all.put("global_clipnorm", clipping().limit());
    }
    return Collections.unmodifiableMap(all);
  }

  /**
   * Fresh state for a flat segment of parameters.
   *
   * @param arena owner of the state's memory
   * @param floats the segment's length, at least 1; rounded up to a multiple of 16
   * @param tensorOffsets where each tensor begins, ascending multiples of 16 from 0 on; needed for
   *     clipping by norm alone. A tensor reaches to the next one, and what lies between its last
   *     element and the next tensor has a gradient of zero.
   * @return the state before its first step
   * @throws IllegalArgumentException if the extents are none, or if clipping by norm lacks offsets
   */
  public final OptimizerState newState(Arena arena, long floats, long... tensorOffsets) {
    return new OptimizerState(this, arena, floats, tensorOffsets);
  }

  /**
   * Bytes of memory that {@link #newState} takes.
   *
   * @param floats the segment's length, at least 1
   * @return 0 for a rule without state
   * @throws ArithmeticException if they cannot be counted
   */
  public final long stateBytes(long floats) {
    return Memory.bytes(Math.multiplyExact(slots(), checkedLength(floats)));
  }

  /** For example {@code adam (keras) {learning_rate=0.001, ...}}. */
  @Override
  public final String toString() {
    return name()
        + " ("
        + convention().name().toLowerCase(java.util.Locale.ROOT)
        + ") "
        + hyperparameters();
  }

  /** Adds the rule's own hyper-parameters. */
  abstract void describe(Map<String, Double> all);

  /** The value that slots start from. */
  float firstValue() {
    return 0;
  }

  /**
   * Computes the factors of a step, in double, and leaves them in the state.
   *
   * @param rate the step's learning rate
   * @param step 1 for the first
   * @param state receives the factors
   */
  abstract void prepare(double rate, long step, OptimizerState state);

  /** Brings what the rule carries from step to step on the host to where it was after a step. */
  void resume(long step, OptimizerState state) {}

  /** Runs the rule's kernel with the factors in the state. */
  abstract void update(
      OptimizerState state,
      MemorySegment w,
      MemorySegment g,
      int shards,
      long pitch,
      long from,
      long to,
      float scale);

  static long checkedLength(long floats) {
    if (floats < 1) {
      throw new IllegalArgumentException("a model has at least one parameter, not " + floats);
    }
    return Memory.padded(floats);
  }
}
