package dev.lanewise.engine.train;

/** Training cannot go on, for example because the loss is no longer a finite number. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public TrainingException(String message) {
    super(message);
  }
}
