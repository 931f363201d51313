package dev.lanewise.mnist;

import java.nio.charset.Charset;

/**
 * The signs beyond ASCII that the application prints.
 *
 * @param none stands where there is no value
 * @param plusMinus between a mean and its deviation
 */
record Symbols(String none, String plusMinus) {
  private static final Symbols TYPOGRAPHIC = new Symbols("\u2013", "\u00b1");
  private static final Symbols ASCII = new Symbols("-", "+-");

  /** Signs that a console with this character set can show. */
  static Symbols of(Charset charset) {
    boolean able =
        charset.canEncode()
            && charset.newEncoder().canEncode(TYPOGRAPHIC.none() + TYPOGRAPHIC.plusMinus());
    return able ? TYPOGRAPHIC : ASCII;
  }
}
