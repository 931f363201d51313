package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Lion (Chen et al., 2023): a step of one size, in the direction of the sign of an interpolation
 * between momentum and gradient. Wants a rate of a third to a tenth of Adam's.
 *
 * <p>Keras, from 0 on: {@code w -= rate sign(beta1 m + (1 - beta1) g)}, then {@code m = beta2 m +
 * (1 - beta2) g}. PyTorch has no Lion.
 *
 * <p>Defaults: learning rate 0.001, beta1 0.9, beta2 0.99.
 *
 * <p>Source: Keras {@code lion.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Lion extends Rule<Lion> {
  private final double beta1;
  private final double beta2;

  private Lion(Settings settings, double beta1, double beta2) {
    super(settings);
    this.beta1 = Require.share("beta1", beta1);
    this.beta2 = Require.share("beta2", beta2);
  }

  /**
   * Keras's: rate 0.001, beta1 0.9, beta2 0.99.
   *
   * @return the description
   */
  public static Lion keras() {
    return new Lion(Settings.keras(0.001), 0.9, 0.99);
  }

  /**
   * A copy with another share of m in the step.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Lion withBeta1(double share) {
    return new Lion(settings, share, beta2);
  }

  /**
   * A copy with another share of m that stays.
   *
   * @param share at least 0 and less than 1
   * @return the copy
   */
  public Lion withBeta2(double share) {
    return new Lion(settings, beta1, share);
  }

  @Override
  Lion with(Settings other) {
    return new Lion(other, beta1, beta2);
  }

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("beta_1", beta1);
    all.put("beta_2", beta2);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    state.factors[0] = (float) rate;
    state.factors[1] = (float) beta1;
    state.factors[2] = (float) (1 - beta1);
    state.factors[3] = (float) (1 - beta2);
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
    Update.lion(
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
        f[3]);
  }
}
