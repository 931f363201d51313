package dev.lanewise.mnist.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers of a range. */
abstract class PositiveInt implements ITypeConverter<Integer> {
  private final int least;
  private final int most;

  private PositiveInt(int least, int most) {
    this.least = least;
    this.most = most;
  }

  @Override
  public Integer convert(String value) {
    try {
      int number = Integer.parseInt(value.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new TypeConversionException(
        "'%s' is not a whole number from %d to %d".formatted(value, least, most));
  }

  /** Epochs: the numbers fit their column of the progress lines. */
  static final class Epochs extends PositiveInt {
    Epochs() {
      super(1, 100_000);
    }
  }

  /** Anything from 1 on. */
  static final class Count extends PositiveInt {
    Count() {
      super(1, Integer.MAX_VALUE);
    }
  }

  /** Threads: each has a workspace of its own. */
  static final class Threads extends PositiveInt {
    Threads() {
      super(1, 1024);
    }
  }

  /** Images in a call of a predictor, each with its part of the workspace. */
  static final class Batch extends PositiveInt {
    Batch() {
      super(1, 4096);
    }
  }

  /** Seconds of a measurement. */
  static final class Seconds extends PositiveInt {
    Seconds() {
      super(1, 3600);
    }
  }

  /** Calls in a second. */
  static final class Rate extends PositiveInt {
    Rate() {
      super(1, 10_000_000);
    }
  }

  /** Training images: at least one to train on and one to validate on. */
  static final class Limit extends PositiveInt {
    Limit() {
      super(2, Integer.MAX_VALUE);
    }
  }

  /** A TCP port; 0 stands for any that is free. */
  static final class Port extends PositiveInt {
    Port() {
      super(0, 65_535);
    }
  }
}
