package dev.lanewise.mnist.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets Ctrl-C (or a polite kill) end the work in good order: it is asked to stop, and the process
 * ends when it has. Work that does not stop in time is left behind, after its last words. A second
 * Ctrl-C ends the process at once.
 */
public final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 2;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  /**
   * Begins to listen.
   *
   * @param lastWords what to do if the work does not stop in time
   */
  public Interruption(Runnable lastWords) {
    hook = new Thread(() -> stop(lastWords), "interruption");
    AtomicBoolean again = new AtomicBoolean();
    Signals.on(
        "INT",
        () -> {
          if (again.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
          }
          System.exit(ExitCode.INTERRUPTED); // as Java itself does, with this hook and others
        });
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      requested = true; // a signal came just now
    }
  }

  private void stop(Runnable lastWords) {
    requested = true;
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        lastWords.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the work is to stop. */
  public boolean requested() {
    return requested;
  }

  /** Says that the work has ended. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is about to end, and waited for this call.
    }
  }
}
