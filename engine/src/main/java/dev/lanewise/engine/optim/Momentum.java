package dev.lanewise.engine.optim;

/**
 * Gradient descent with momentum (Polyak, 1964). These are presets of {@link Sgd}.
 *
 * <ul>
 *   <li>Keras: {@code v = momentum v - rate g; w += v}
 *   <li>PyTorch: {@code v = momentum v + g; w -= rate v}
 * </ul>
 *
 * <p>They are the same while the rate is constant; after a change of rate, Keras's velocity still
 * has the old one in it. v starts at 0, and PyTorch's dampening is 0.
 *
 * <p>Defaults: learning rate 0.01, momentum 0.9 (neither framework has a default other than 0).
 *
 * <p>Sources: Keras {@code sgd.py}, PyTorch {@code sgd.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Momentum {
  private Momentum() {}

  /**
   * Keras's: rate 0.01, momentum 0.9.
   *
   * @return the description
   */
  public static Sgd keras() {
    return Sgd.keras().withMomentum(0.9);
  }

  /**
   * PyTorch's: rate 0.01, momentum 0.9.
   *
   * @return the description
   */
  public static Sgd pytorch() {
    return Sgd.pytorch().withMomentum(0.9);
  }
}
