package dev.lanewise.engine.train;

/** A training cannot be continued here, because it is another one. The message names the difference. */
public final class ResumeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public ResumeException(String message) {
    super(message);
  }
}
