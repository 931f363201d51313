package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * RMSprop (Hinton, 2012): the gradient over the root of its moving mean square; centred (Graves,
 * 2013), over its moving standard deviation; also with momentum.
 *
 * <p>{@code v = rho v + (1 - rho) g^2}; centred also {@code mean = rho mean + (1 - rho) g}, and
 * {@code s = max(v - mean^2, 0)}, otherwise s = v. All start at 0. (The frameworks lack the
 * maximum: where rounding makes the variance negative, they divide by epsilon's root or give NaN.)
 *
 * <ul>
 *   <li>Keras: {@code u = rate g / sqrt(s + epsilon)}, with momentum {@code b = momentum b + u};
 *       {@code w -= u} or {@code w -= b}
 *   <li>PyTorch: {@code u = g / (sqrt(s) + epsilon)}, with momentum {@code b = momentum b + u};
 *       {@code w -= rate u} or {@code w -= rate b}
 * </ul>
 *
 * <p>Defaults: learning rate 0.001, rho 0.9, epsilon 1e-7 (Keras); 0.01, 0.99, 1e-8 (PyTorch, where
 * rho is {@code alpha}); not centred, no momentum.
 *
 * <p>Sources: Keras {@code rmsprop.py}, PyTorch {@code rmsprop.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class RmsProp extends Rule<RmsProp> {
  private final double rho;
  private final double momentum;
  private final double epsilon;
  private final boolean centered;

  private RmsProp(
      Settings settings, double rho, double momentum, double epsilon, boolean centered) {
    super(settings);
    this.rho = Require.share("rho", rho);
    this.momentum = Require.share("momentum", momentum);
    this.epsilon = Require.positive("epsilon", epsilon);
    this.centered = centered;
  }

  /**
   * Keras's: rate 0.001, rho 0.9, epsilon 1e-7.
   *
   * @return the description
   */
  public static RmsProp keras() {
    return new RmsProp(Settings.keras(0.001), 0.9, 0, 1e-7, false);
  }

  /**
   * PyTorch's: rate 0.01, rho 0.99, epsilon 1e-8.
   *
   * @return the description
   */
  public static RmsProp pytorch() {
    return new RmsProp(Settings.pytorch(0.01), 0.99, 0, 1e-8, false);
  }

  /**
   * A copy with another share of v that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public RmsProp withRho(double share) {
    return new RmsProp(settings, share, momentum, epsilon, centered);
  }

  /**
   * A copy with another momentum.
   *
   * @param share at least 0 and less than 1; 0 for none
   * @return the copy
   */
  public RmsProp withMomentum(double share) {
    return new RmsProp(settings, rho, share, epsilon, centered);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public RmsProp withEpsilon(double value) {
    return new RmsProp(settings, rho, momentum, value, centered);
  }

  /**
   * A copy that divides by the standard deviation, or by the root of the mean square.
   *
   * @param center whether to subtract the squared mean
   * @return the copy
   */
  public RmsProp withCentering(boolean center) {
    return new RmsProp(settings, rho, momentum, epsilon, center);
  }

  @Override
  RmsProp with(Settings other) {
    return new RmsProp(other, rho, momentum, epsilon, centered);
  }

  @Override
  public String name() {
    return centered ? "rmsprop-centered" : momentum > 0 ? "rmsprop-momentum" : "rmsprop";
  }

  @Override
  public int slots() {
    return 1 + (centered ? 1 : 0) + (momentum > 0 ? 1 : 0);
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("rho", rho);
    all.put("momentum", momentum);
    all.put("epsilon", epsilon);
    all.put("centered", centered ? 1.0 : 0.0);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    boolean keras = convention() == Convention.KERAS;
    boolean rateFirst = keras && momentum > 0; // Keras gathers steps, PyTorch directions
    state.factors[0] = (float) (1 - rho);
    state.factors[1] = keras ? (float) epsilon : 0;
    state.factors[2] = keras ? 0 : (float) epsilon;
    state.factors[3] = (float) momentum;
    state.factors[4] = rateFirst ? (float) rate : 1;
    state.factors[5] = rateFirst ? 1 : (float) rate;
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
    Update.rmsprop(
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
        f[2],
        centered,
        momentum > 0,
        f[3],
        f[4],
        f[5]);
  }
}
