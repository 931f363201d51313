package dev.lanewise.engine.optim;

/** Checks of hyper-parameters, with messages that name them. Kernels see them as floats. */
final class Require {
  private Require() {}

  /** A finite number, 0 or more. */
  static double nonNegative(String name, double value) {
    return check(value >= 0 && value <= Float.MAX_VALUE, name, value, "0 or more and finite");
  }

  /** A finite number that a float can tell from zero. */
  static double positive(String name, double value) {
    boolean right = value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE;
    return check(right, name, value, "positive and finite");
  }

  /** The share of a moving average that stays: from 0 to less than 1, also as a float. */
  static double share(String name, double value) {
    return check(value >= 0 && (float) value < 1, name, value, "at least 0 and less than 1");
  }

  /** A fraction from 0 to 1, both included. */
  static double fraction(String name, double value) {
    return check(value >= 0 && value <= 1, name, value, "from 0 to 1");
  }

  /** A number of steps, at least 1. */
  static long steps(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
    return value;
  }

  private static double check(boolean right, String name, double value, String range) {
    if (!right) {
      throw new IllegalArgumentException(name + " must be " + range + ", not " + value);
    }
    return value;
  }
}
