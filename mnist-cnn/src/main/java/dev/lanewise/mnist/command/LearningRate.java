package dev.lanewise.mnist.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a learning rate: positive, and neither zero nor infinite as a float. */
final class LearningRate implements ITypeConverter<Double> {
  @Override
  public Double convert(String value) {
    try {
      double rate = Double.parseDouble(value);
      if (rate >= Float.MIN_NORMAL && rate <= Float.MAX_VALUE) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new TypeConversionException("'" + value + "' is not a positive, finite number");
  }
}
