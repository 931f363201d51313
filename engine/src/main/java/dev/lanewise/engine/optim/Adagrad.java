package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): each parameter's rate falls with its gradients so far.
 *
 * <ul>
 *   <li>Keras: {@code v += g^2; w -= rate g / sqrt(v + epsilon)}, v starts at 0.1
 *   <li>PyTorch: {@code v += g^2; w -= rate g / (sqrt(v) + epsilon)}, v starts at 0
 * </ul>
 *
 * <p>Defaults: learning rate 0.001, epsilon 1e-7 (Keras); 0.01, 1e-10 (PyTorch, whose {@code
 * lr_decay} is {@link Schedule#inverseTime}).
 *
 * <p>Sources: Keras {@code adagrad.py}, PyTorch {@code adagrad.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Adagrad extends Rule<Adagrad> {
  private final double first;
  private final double epsilon;

  private Adagrad(Settings settings, double first, double epsilon) {
    super(settings);
    this.first = Require.nonNegative("the initial accumulator", first);
    this.epsilon = Require.positive("epsilon", epsilon);
  }

  /**
   * Keras's: rate 0.001, initial accumulator 0.1, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adagrad keras() {
    return new Adagrad(Settings.keras(0.001), 0.1, 1e-7);
  }

  /**
   * PyTorch's: rate 0.01, initial accumulator 0, epsilon 1e-10.
   *
   * @return the description
   */
  public static Adagrad pytorch() {
    return new Adagrad(Settings.pytorch(0.01), 0, 1e-10);
  }

  /**
   * A copy with another first value of v.
   *
   * @param value 0 or more
   * @return the copy
   */
  public Adagrad withInitialAccumulator(double value) {
    return new Adagrad(settings, value, epsilon);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public Adagrad withEpsilon(double value) {
    return new Adagrad(settings, first, value);
  }

  @Override
  Adagrad with(Settings other) {
    return new Adagrad(other, first, epsilon);
  }

  @Override
  public String name() {
    return "adagrad";
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  float firstValue() {
    return (float) first;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("initial_accumulator_value", first);
    all.put("epsilon", epsilon);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    boolean keras = convention() == Convention.KERAS;
    state.factors[0] = (float) rate;
    state.factors[1] = keras ? (float) epsilon : 0;
    state.factors[2] = keras ? 0 : (float) epsilon;
  }

  @Override
  void update(
      OptimizerState state,
      MemorySegment w,
      MemorySegment g,
      int shards,
      long pitch,
      long from,
      long to,
      float scale) {
    float[] f = state.factors;
    Update.adagrad(
        w,
        g,
        shards,
        pitch,
        state.slots(),
        state.floats(),
        from,
        to,
        scale,
        state.limit(),
        state.l2(),
        state.decay(),
        f[0],
        f[1],
        f[2]);
  }
}
