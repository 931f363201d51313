package dev.lanewise.mnist;

/** A wish that cannot be fulfilled. The message is one line for the user. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
