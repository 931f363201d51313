package dev.lanewise.mnist.web;

/** A port that cannot be listened on. The message is one line for the user. */
public final class PortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortException(String message) {
    super(message);
  }
}
