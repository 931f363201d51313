package dev.lanewise.engine.optim;

/**
 * AMSGrad (Reddi, Kale and Kumar, 2018): {@link Adam} that divides by the root of the largest v so
 * far: {@code top = max(top, v)} takes the place of v in w, without a bias correction of its own,
 * in Keras and PyTorch alike. These are presets of {@link Adam}, with its defaults.
 *
 * <p>Sources: Keras {@code adam.py}, PyTorch {@code adam.py}, {@code amsgrad=True}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class AmsGrad {
  private AmsGrad() {}

  /**
   * Keras's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7.
   *
   * @return the description
   */
  public static Adam keras() {
    return Adam.keras().withAmsGrad(true);
  }

  /**
   * PyTorch's: rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8.
   *
   * @return the description
   */
  public static Adam pytorch() {
    return Adam.pytorch().withAmsGrad(true);
  }
}
