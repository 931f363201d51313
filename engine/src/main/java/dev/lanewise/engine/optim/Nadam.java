package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Nadam (Dozat, 2016): Adam with Nesterov's momentum, whose share of m grows over the first steps.
 *
 * <p>m and v as in {@link Adam}. With {@code mu(t) = beta1 (1 - 0.96^(t psi) / 2)} and P(t) the
 * product mu(1) ... mu(t), in step t = 1, 2, ...
 *
 * <pre>{@code
 * w -= rate (mu(t+1) m / (1 - P(t+1)) + (1 - mu(t)) g / (1 - P(t)))
 *      / (sqrt(v / (1 - beta2^t)) + epsilon)
 * }</pre>
 *
 * <p>Defaults: learning rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, psi 1 (Keras, where psi
 * cannot be changed); 0.002, 0.9, 0.999, 1e-8, psi 0.004 (PyTorch, where psi is {@code
 * momentum_decay}).
 *
 * <p>Sources: Keras {@code nadam.py}, PyTorch {@code nadam.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Nadam extends Rule<Nadam> {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double psi;

  private Nadam(Settings settings, double beta1, double beta2, double epsilon, double psi) {
    super(settings);
    this.beta1 = Require.share("beta1", beta1);
    this.beta2 = Require.share("beta2", beta2);
    this.epsilon = Require.positive("epsilon", epsilon);
    this.psi = Require.nonNegative("momentum decay", psi);
  }

  /**
   * Keras's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, psi 1.
   *
   * @return the description
   */
  public static Nadam keras() {
    return new Nadam(Settings.keras(0.001), 0.9, 0.999, 1e-7, 1);
  }

  /**
   * PyTorch's: rate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-8, psi 0.004.
   *
   * @return the description
   */
  public static Nadam pytorch() {
    return new Nadam(Settings.pytorch(0.002), 0.9, 0.999, 1e-8, 0.004);
  }

  /**
   * A copy with another share of m that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Nadam withBeta1(double share) {
    return new Nadam(settings, share, beta2, epsilon, psi);
  }

  /**
   * A copy with another share of v that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Nadam withBeta2(double share) {
    return new Nadam(settings, beta1, share, epsilon, psi);
  }

  /**
   * A copy with another epsilon.
   *
   * @param value positive
   * @return the copy
   */
  public Nadam withEpsilon(double value) {
    return new Nadam(settings, beta1, beta2, value, psi);
  }

  /**
   * A copy with another psi.
   *
   * @param value 0 or more
   * @return the copy
   */
  public Nadam withMomentumDecay(double value) {
    return new Nadam(settings, beta1, beta2, epsilon, value);
  }

  @Override
  Nadam with(Settings other) {
    return new Nadam(other, beta1, beta2, epsilon, psi);
  }

  @Override
  public String name() {
    return "nadam";
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
    all.put("momentum_decay", psi);
  }

  private double mu(long step) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, step * psi));
  }

  @Override
  void resume(long step, OptimizerState state) {
    double product = 1;
    // Below that it makes no difference to 1 any more; it would not become 0, as the smallest number rounds up.
    for (long t = 1; t <= step && product > Double.MIN_NORMAL; t++) {
      product *= mu(t);
    }
    state.carried = product;
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    double mu = mu(step);
    double next = mu(step + 1);
    double product = state.carried * mu;
    state.carried = product;
    double correction = Math.sqrt(1 - Power.of(beta2, step));
    // Numerator and denominator times the correction, which saves a division an element.
    state.factors[0] = (float) (rate * correction * (1 - mu) / (1 - product));
    state.factors[1] = (float) (rate * correction * next / (1 - product * next));
    state.factors[2] = (float) (1 - beta1);
    state.factors[3] = (float) (1 - beta2);
    state.factors[4] = (float) (epsilon * correction);
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
    Update.nadam(
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
