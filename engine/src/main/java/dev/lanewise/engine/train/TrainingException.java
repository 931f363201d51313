package dev.lanewise.engine.train;

/**
 * A loss or a parameter is no longer a finite number: the training has diverged. The message has the step,
 * the optimizer and the learning rate.
 *
 * <p>When {@link Trainer#fit} throws it, the model has its last good parameters again: those at the end of
 * the last epoch that was finished with finite losses and parameters, or before that those with which
 * {@code fit} began. The message says which.
 */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public TrainingException(String message) {
    super(message);
  }
}
