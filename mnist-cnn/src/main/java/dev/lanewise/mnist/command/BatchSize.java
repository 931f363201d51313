package dev.lanewise.mnist.command;

import dev.lanewise.mnist.training.Settings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a batch size: a number of images, or 0 or {@code full} for all of them. */
final class BatchSize implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    String word = value.strip();
    if (word.equalsIgnoreCase("full")) {
      return Settings.FULL_BATCH;
    }
    try {
      int number = Integer.parseInt(word);
      if (number >= 0) {
        return number == 0 ? Settings.FULL_BATCH : number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new TypeConversionException(
        "'%s' is not a whole number from 1 to %d, nor 0 or full"
            .formatted(value, Integer.MAX_VALUE));
  }
}
