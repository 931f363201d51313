package dev.lanewise.engine.optim;

/**
 * How gradients are kept from growing too large. It acts on the gradient of the whole batch, before
 * L2 decay and before the rule.
 *
 * <p>As in Keras, an optimizer has one kind of clipping or none. A norm that is not finite makes
 * every parameter that it covers NaN, so that a diverged training is seen at once; the squares are
 * added as floats, so that a norm of about 1.8e19 already counts as infinite.
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param kind what is limited
 * @param limit the largest value or norm; infinite for {@link Kind#NONE}
 */
public record Clipping(Kind kind, double limit) {
  /** What is limited. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** Each element: {@code g = min(max(g, -limit), limit)}. */
    VALUE,
    /** The Euclidean norm of each tensor: {@code g *= limit / max(norm, limit)}. */
    NORM,
    /** The Euclidean norm of all tensors together: {@code g *= limit / max(norm, limit)}. */
    GLOBAL_NORM
  }

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if the limit is not positive and finite, other than for {@link
   *     Kind#NONE}
   */
  public Clipping {
    if (kind == Kind.NONE) {
      limit = Double.POSITIVE_INFINITY;
    } else {
      limit = Require.positive("the limit of clipping", limit);
    }
  }

  /**
   * No clipping, the default.
   *
   * @return the description
   */
  public static Clipping none() {
    return new Clipping(Kind.NONE, Double.POSITIVE_INFINITY);
  }

  /**
   * Limits each element (Keras {@code clipvalue}, PyTorch {@code clip_grad_value_}).
   *
   * @param limit the largest absolute value, positive
   * @return the description
   */
  public static Clipping byValue(double limit) {
    return new Clipping(Kind.VALUE, limit);
  }

  /**
   * Limits the norm of each tensor (Keras {@code clipnorm}).
   *
   * @param limit the largest norm, positive
   * @return the description
   */
  public static Clipping byNorm(double limit) {
    return new Clipping(Kind.NORM, limit);
  }

  /**
   * Limits the norm of all gradients together (Keras {@code global_clipnorm}; PyTorch's {@code
   * clip_grad_norm_} adds 1e-6 to the norm, this does not).
   *
   * @param limit the largest norm, positive
   * @return the description
   */
  public static Clipping byGlobalNorm(double limit) {
    return new Clipping(Kind.GLOBAL_NORM, limit);
  }

  boolean needsNorm() {
    return kind == Kind.NORM || kind == Kind.GLOBAL_NORM;
  }

  /** The factor for gradients of a norm. Not finite (NaN wins over any comparison): NaN. */
  float scale(double norm) {
    if (!Double.isFinite(norm)) {
      return Float.NaN;
    }
    return norm > limit ? (float) (limit / norm) : 1f;
  }
}
