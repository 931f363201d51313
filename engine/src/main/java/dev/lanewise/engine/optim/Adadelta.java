package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Adadelta (Zeiler, 2012): steps in the unit of the parameters, from the moving mean squares of
 * gradients and of steps.
 *
 * <p>The same in Keras and PyTorch, from 0 on:
 *
 * <pre>{@code
 * v = rho v + (1 - rho) g^2
 * u = sqrt(moved + epsilon) / sqrt(v + epsilon) g
 * moved = rho moved + (1 - rho) u^2
 * w -= rate u
 * }</pre>
 *
 * <p>The two roots are computed as one, of the quotient.
 *
 * <p>Defaults: learning rate 0.001, rho 0.95, epsilon 1e-7 (Keras); 1, 0.9, 1e-6 (PyTorch; 1 is
 * also the rate of the paper).
 *
 * <p>Sources: Keras {@code adadelta.py}, PyTorch {@code adadelta.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Adadelta extends Rule<Adadelta> {
  private final double rho;
  private final double epsilon;

  private Adadelta(Settings settings, double rho, double epsilon) {
    super(settings);
    this.rho = Require.share("rho", rho);
    this.epsilon = Require.positive("epsilon", epsilon);
  }

  /**
   * Keras's: rate 0.001, rho 0.95, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adadelta keras() {
    return new Adadelta(Settings.keras(0.001), 0.95, 1e-7);
  }

  /**
   * PyTorch's: rate 1, rho 0.9, epsilon 1e-6.
   *
   * @return the description
   */
  public static Adadelta pytorch() {
    return new Adadelta(Settings.pytorch(1), 0.9, 1e-6);
  }

  /**
   * A copy with another share of the mean squares that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Adadelta withRho(double share) {
    return new Adadelta(settings, share, epsilon);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public Adadelta withEpsilon(double value) {
    return new Adadelta(settings, rho, value);
  }

  @Override
  Adadelta with(Settings other) {
    return new Adadelta(other, rho, epsilon);
  }

  @Override
  public String name() {
    return "adadelta";
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("rho", rho);
    all.put("epsilon", epsilon);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    state.factors[0] = (float) rate;
    state.factors[1] = (float) (1 - rho);
    state.factors[2] = (float) epsilon;
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
    Update.adadelta(
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
