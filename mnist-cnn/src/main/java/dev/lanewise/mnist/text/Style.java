package dev.lanewise.mnist.text;

/**
 * How a terminal shows what stands out.
 *
 * @param colored whether it may use colours and bold letters (ECMA-48, "ANSI")
 */
public record Style(boolean colored) {
  private static final String RESET = "\u001b[0m";

  public static final Style PLAIN = new Style(false);

  /**
   * The style of a choice.
   *
   * @param choice {@code always}, {@code never} or {@code auto}: on a terminal that is not dumb,
   *     unless the environment variable NO_COLOR is set (no-color.org)
   * @param terminal whether there is a terminal
   * @param noColor the value of NO_COLOR, empty if it is not set
   * @param term the value of TERM, empty if it is not set
   */
  public static Style of(String choice, boolean terminal, String noColor, String term) {
    return new Style(
        switch (choice) {
          case "always" -> true;
          case "never" -> false;
          default -> terminal && noColor.isEmpty() && !term.equals("dumb");
        });
  }

  /** A heading. */
  String heading(String text) {
    return in("\u001b[1m", text);
  }

  /** What is best. */
  String best(String text) {
    return in("\u001b[1;32m", text);
  }

  /** What went wrong. */
  public String error(String text) {
    return in("\u001b[1;31m", text);
  }

  private String in(String code, String text) {
    return colored && !text.isEmpty() ? code + text + RESET : text;
  }
}
