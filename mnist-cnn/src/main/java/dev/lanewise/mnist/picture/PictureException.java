package dev.lanewise.mnist.picture;

import dev.lanewise.mnist.text.ConsoleText;

/** A picture that cannot be used. The message is one line that tells its fault, not its name. */
public final class PictureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean tooLarge;

  public PictureException(String fault) {
    this(fault, false);
  }

  private PictureException(String fault, boolean tooLarge) {
    super(ConsoleText.oneLine(fault));
    this.tooLarge = tooLarge;
  }

  static PictureException tooLarge(String fault) {
    return new PictureException(fault, true);
  }

  /** Whether it has more pixels than are read. */
  public boolean isTooLarge() {
    return tooLarge;
  }
}
