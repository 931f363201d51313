package dev.lanewise.engine.memory;

/**
 * More memory off the heap is wanted than there may be. Thrown while a size is planned, before any of
 * the memory is taken; the message has both numbers of bytes.
 */
public final class MemoryLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private MemoryLimitException(String message) {
    super(message);
  }

  /**
   * Checks a planned size.
   *
   * @param what needs it, as a subject for the message
   * @param needed planned bytes
   * @param limit most bytes
   * @throws MemoryLimitException if more is needed than allowed
   */
  public static void check(String what, long needed, long limit) {
    if (needed > limit) {
      throw new MemoryLimitException(
          "%s needs %,d bytes of memory off the heap, and %,d are allowed".formatted(what, needed, limit));
    }
  }

  /**
   * For a size that cannot even be counted.
   *
   * @param what needs it, as a subject for the message
   * @param cause the overflow
   */
  public static MemoryLimitException uncountable(String what, ArithmeticException cause) {
    MemoryLimitException e =
        new MemoryLimitException(what + " needs more bytes of memory off the heap than a number can say");
    e.initCause(cause);
    return e;
  }
}
