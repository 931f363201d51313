package dev.lanewise.mnist.text;

import java.nio.charset.Charset;

/**
 * The signs beyond ASCII that the application prints.
 *
 * @param none stands where there is no value
 */
public record Symbols(String none) {
  private static final Symbols TYPOGRAPHIC = new Symbols("\u2013");
  private static final Symbols ASCII = new Symbols("-");

  /** Signs that a console with this character set can show. */
  public static Symbols of(Charset charset) {
    boolean able =
        charset.canEncode() && charset.newEncoder().canEncode(TYPOGRAPHIC.none());
    return able ? TYPOGRAPHIC : ASCII;
  }
}
