package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015); see also {@link AmsGrad} and {@link AdamW}.
 *
 * <p>{@code m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2}, from 0 on; then in step t
 * = 1, 2, ...
 *
 * <ul>
 *   <li>Keras: {@code w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)}
 *   <li>PyTorch: {@code w -= rate m' / (sqrt(v') + epsilon)} with {@code m' = m / (1 - beta1^t)}
 *       and {@code v' = v / (1 - beta2^t)}
 * </ul>
 *
 * <p>The second is the first with epsilon times {@code sqrt(1 - beta2^t)}, and is computed so.
 *
 * <p>Defaults: learning rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (Keras), 1e-8 (PyTorch).
 *
 * <p>Sources: Keras {@code adam.py}, PyTorch {@code adam.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Adam extends Rule<Adam> {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final boolean amsgrad;

  private Adam(Settings settings, double beta1, double beta2, double epsilon, boolean amsgrad) {
    super(settings);
    this.beta1 = Require.share("beta1", beta1);
    this.beta2 = Require.share("beta2", beta2);
    this.epsilon = Require.positive("epsilon", epsilon);
    this.amsgrad = amsgrad;
  }

  /**
   * Keras's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adam keras() {
    return new Adam(Settings.keras(0.001), 0.9, 0.999, 1e-7, false);
  }

  /**
   * PyTorch's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8.
   *
   * @return the description
   */
  public static Adam pytorch() {
    return new Adam(Settings.pytorch(0.001), 0.9, 0.999, 1e-8, false);
  }

  /**
   * A copy with another share of m that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Adam withBeta1(double share) {
    return new Adam(settings, share, beta2, epsilon, amsgrad);
  }

  /**
   * A copy with another share of v that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Adam withBeta2(double share) {
    return new Adam(settings, beta1, share, epsilon, amsgrad);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public Adam withEpsilon(double value) {
    return new Adam(settings, beta1, beta2, value, amsgrad);
  }

  /**
   * A copy that divides by the root of the largest v so far, as in {@link AmsGrad}, or of v.
   *
   * @param largest whether to keep the largest v
   * @return the copy
   */
  public Adam withAmsGrad(boolean largest) {
    return new Adam(settings, beta1, beta2, epsilon, largest);
  }

  @Override
  Adam with(Settings other) {
    return new Adam(other, beta1, beta2, epsilon, amsgrad);
  }

  @Override
  public String name() {
    return amsgrad ? "amsgrad" : weightDecay() > 0 ? "adamw" : "adam";
  }

  @Override
  public int slots() {
    return amsgrad ? 3 : 2;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("beta_1", beta1);
    all.put("beta_2", beta2);
    all.put("epsilon", epsilon);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    double correction = Math.sqrt(1 - Power.of(beta2, step));
    boolean keras = convention() == Convention.KERAS;
    state.factors[0] = (float) (rate * correction / (1 - Power.of(beta1, step)));
    state.factors[1] = (float) (1 - beta1);
    state.factors[2] = (float) (1 - beta2);
    state.factors[3] = (float) (keras ? epsilon : epsilon * correction);
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
    Update.adam(
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
        amsgrad);
  }
}
