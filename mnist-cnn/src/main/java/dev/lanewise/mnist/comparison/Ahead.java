package dev.lanewise.mnist.comparison;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something that is made on a thread of its own until it is needed. */
final class Ahead<T> {
  private final FutureTask<T> task;

  private Ahead(FutureTask<T> task) {
    this.task = task;
  }

  /**
   * Begins to make it. The thread does not keep the process from ending.
   *
   * @param name of the thread
   * @param maker throws unchecked exceptions alone
   */
  static <T> Ahead<T> of(String name, Callable<T> maker) {
    FutureTask<T> task = new FutureTask<>(maker);
    Thread.ofPlatform().name(name).daemon().start(task);
    return new Ahead<>(task);
  }

  /** What was made, or what its maker has thrown; waits until it is there. */
  T result() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
