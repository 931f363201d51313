package dev.lanewise.mnist.text;

/** A wish that cannot be fulfilled. The message is one line for the user. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
