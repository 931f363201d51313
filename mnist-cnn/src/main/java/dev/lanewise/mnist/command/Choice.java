package dev.lanewise.mnist.command;

import dev.lanewise.mnist.text.Suggestion;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one word of a few. */
abstract class Choice implements ITypeConverter<String> {
  private final List<String> words;

  private Choice(String... words) {
    this.words = List.of(words);
  }

  @Override
  public String convert(String value) {
    String word = value.strip().toLowerCase(Locale.ROOT);
    if (!words.contains(word)) {
      throw new TypeConversionException(
          "'" + value + "' is not one of " + String.join(", ", words) + Suggestion.of(value, words));
    }
    return word;
  }

  /** Values of {@code --kernels}. */
  static final class Kernels extends Choice {
    Kernels() {
      super("auto", "scalar", "simd");
    }
  }

  /** Values of {@code --vector-bits}. */
  static final class VectorBits extends Choice {
    VectorBits() {
      super("auto", "128", "256", "512");
    }
  }

  /** Values of {@code --color}. */
  static final class Color extends Choice {
    Color() {
      super("auto", "always", "never");
    }
  }

  /** Values of {@code --from}. */
  static final class From extends Choice {
    From() {
      super("lanewise", "pytorch");
    }
  }

  /** Values of {@code --to}. */
  static final class To extends Choice {
    To() {
      super("onnx", "pytorch", "lanewise");
    }
  }
}
