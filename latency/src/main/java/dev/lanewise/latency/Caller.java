package dev.lanewise.latency;

/** A call whose latency is measured, with all that it needs; belongs to one thread. */
public interface Caller extends AutoCloseable {
  /**
   * Makes the call.
   *
   * @throws Exception if it fails, which ends the measurement
   */
  void call() throws Exception;

  @Override
  default void close() {}
}
