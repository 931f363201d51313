package dev.lanewise.engine.optim;

/**
 * The base rate at every step.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public record ConstantRate() implements Schedule {
  @Override
  public double rate(double base, long step) {
    return base;
  }
}
