package dev.lanewise.mnist.text;

import java.util.Locale;

/** Numbers as they appear on the screen, the same in every country. */
public final class Format {
  private Format() {}

  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  public static String loss(double loss) {
    return String.format(Locale.ROOT, "%.4f", loss);
  }

  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds);
  }

  public static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** An amount of memory, in the decimal units. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }
}
