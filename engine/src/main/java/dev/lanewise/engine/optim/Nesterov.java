package dev.lanewise.engine.optim;

/**
 * Gradient descent with Nesterov's momentum in the form of Sutskever et al. (2013). These are
 * presets of {@link Sgd}.
 *
 * <ul>
 *   <li>Keras: {@code v = momentum v - rate g; w += momentum v - rate g}
 *   <li>PyTorch: {@code v = momentum v + g; w -= rate (g + momentum v)}
 * </ul>
 *
 * <p>v starts at 0. Defaults: learning rate 0.01, momentum 0.9 (neither framework has a default
 * other than 0).
 *
 * <p>Sources: Keras {@code sgd.py}, PyTorch {@code sgd.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Nesterov {
  private Nesterov() {}

  /**
   * Keras's: rate 0.01, momentum 0.9.
   *
   * @return the description
   */
  public static Sgd keras() {
    return Momentum.keras().withNesterov(true);
  }

  /**
   * PyTorch's: rate 0.01, momentum 0.9.
   *
   * @return the description
   */
  public static Sgd pytorch() {
    return Momentum.pytorch().withNesterov(true);
  }
}
