package dev.lanewise.engine.optim;

/**
 * AdamW (Loshchilov and Hutter, 2019): {@link Adam} with decoupled weight decay, {@code w -= rate
 * decay w} before Adam's own change, where rate is the scheduled rate without bias correction.
 * These are presets of {@link Adam}, with its other defaults.
 *
 * <p>Sources: Keras {@code adamw.py}, PyTorch {@code adamw.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class AdamW {
  private AdamW() {}

  /**
   * Keras's: weight decay 0.004, rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adam keras() {
    return Adam.keras().withWeightDecay(0.004);
  }

  /**
   * PyTorch's: weight decay 0.01, rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8.
   *
   * @return the description
   */
  public static Adam pytorch() {
    return Adam.pytorch().withWeightDecay(0.01);
  }
}
