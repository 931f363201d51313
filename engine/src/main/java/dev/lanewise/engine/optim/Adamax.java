package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Adamax (Kingma and Ba, 2015): Adam with the largest decayed gradient in place of the mean square.
 *
 * <p>{@code m = beta1 m + (1 - beta1) g}, from 0 on, and in step t = 1, 2, ...
 *
 * <ul>
 *   <li>Keras: {@code u = max(beta2 u, |g|); w -= rate / (1 - beta1^t) m / (u + epsilon)}
 *   <li>PyTorch: {@code u = max(beta2 u, |g| + epsilon); w -= rate / (1 - beta1^t) m / u}
 * </ul>
 *
 * <p>Defaults: learning rate 0.001, epsilon 1e-7 (Keras), 0.002, 1e-8 (PyTorch); beta1 0.9, beta2
 * 0.999.
 *
 * <p>Sources: Keras {@code adamax.py}, PyTorch {@code adamax.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Adamax extends Rule<Adamax> {
  private final double beta1;
  private final double beta2;
  private final double epsilon;

  private Adamax(Settings settings, double beta1, double beta2, double epsilon) {
    super(settings);
    this.beta1 = Require.share("beta1", beta1);
    this.beta2 = Require.share("beta2", beta2);
    this.epsilon = Require.positive("epsilon", epsilon);
  }

  /**
   * Keras's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adamax keras() {
    return new Adamax(Settings.keras(0.001), 0.9, 0.999, 1e-7);
  }

  /**
   * PyTorch's: rate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-8.
   *
   * @return the description
   */
  public static Adamax pytorch() {
    return new Adamax(Settings.pytorch(0.002), 0.9, 0.999, 1e-8);
  }

  /**
   * A copy with another share of m that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Adamax withBeta1(double share) {
    return new Adamax(settings, share, beta2, epsilon);
  }

  /**
   * A copy with another share of u that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Adamax withBeta2(double share) {
    return new Adamax(settings, beta1, share, epsilon);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public Adamax withEpsilon(double value) {
    return new Adamax(settings, beta1, beta2, value);
  }

  @Override
  Adamax with(Settings other) {
    return new Adamax(other, beta1, beta2, epsilon);
  }

  @Override
  public String name() {
    return "adamax";
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("beta_1", beta1);
    all.put("beta_2", beta2);
    all.put("epsilon", epsilon);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    boolean keras = convention() == Convention.KERAS;
    state.factors[0] = (float) (rate / (1 - Power.of(beta1, step)));
    state.factors[1] = (float) (1 - beta1);
    state.factors[2] = (float) beta2;
    state.factors[3] = keras ? 0 : (float) epsilon;
    state.factors[4] = keras ? (float) epsilon : 0;
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
    Update.adamax(
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
        f[3],
        f[4]);
  }
}
