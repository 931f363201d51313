package dev.lanewise.engine.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that runs one task at a time, each member once. The caller is member 0. Members
 * spin for a bounded time between tasks, so that a parallel region costs well under a microsecond while work
 * keeps coming, and then park, so that an idle team burns nothing. Where there are more members than
 * processors nobody spins.
 *
 * <p>One thread at a time may call {@link #run}; it allocates nothing.
 */
public final class Team implements AutoCloseable {
  /** What a team runs. Members find their share by themselves, for example with an atomic counter. */
  public interface Task {
    /**
     * Does one member's share.
     *
     * @param member 0 for the caller, up to {@link Team#size} - 1
     */
    void run(int member);
  }

  /** Of an idle member; about 50 microseconds of {@code onSpinWait}: longer than the serial parts of a training step. */
  private static final int IDLE_SPINS = 2_000;

  /**
   * Of the caller, while others work; about half a millisecond. A parked thread may take longer to wake up than an idle
   * member spins: were the caller to park meanwhile, each would find the other one parked in every round from then on.
   */
  private static final int AWAIT_SPINS = 20_000;

  private final Member[] members;
  private final boolean spinning;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger callers = new AtomicInteger();
  private final AtomicInteger round = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread waiting;
  private @Nullable Task task;

  /**
   * Starts a team.
   *
   * @param size members, the caller included; at least 1
   */
  public Team(int size) {
    this(size, Thread::start);
  }

  /**
   * Starts a team.
   *
   * @param starter starts a thread
   */
  Team(int size, Consumer<Thread> starter) {
    if (size < 1) {
      throw new IllegalArgumentException("a team has at least one member: " + size);
    }
    spinning = size <= Runtime.getRuntime().availableProcessors();
    members = new Member[size - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(i + 1);
    }
    try {
      for (Member member : members) {
        starter.accept(member.thread);
      }
    } catch (RuntimeException | Error e) {
      close(); // a system that has no more threads must get back those that it gave
      throw e;
    }
  }

  /** Members, the caller included. */
  public int size() {
    return members.length + 1;
  }

  /**
   * Runs a task on every member and returns when all have finished.
   *
   * @throws IllegalStateException if the team is closed or another thread is in this method, or with the
   *     failure as its cause if a member's share failed
   */
  public void run(Task task) {
    if (closed) {
      throw new IllegalStateException("the team is closed");
    }
    if (!callers.compareAndSet(0, 1)) {
      throw new IllegalStateException("another thread is using the team");
    }
    try {
      this.task = task;
      busy.set(members.length);
      round.incrementAndGet();
      for (Member member : members) {
        member.wake();
      }
      share(task, 0);
      await();
      Throwable thrown = failure;
      if (thrown != null) {
        failure = null;
        throw new IllegalStateException("a member of the team failed: " + thrown, thrown);
      }
    } finally {
      callers.set(0);
    }
  }

  private void share(Task task, int member) {
    try {
      task.run(member);
    } catch (Throwable t) {
      failure = t;
    }
  }

  private void await() {
    for (int i = 0; spinning && busy.get() > 0 && i < AWAIT_SPINS; i++) {
      Thread.onSpinWait();
    }
    if (busy.get() > 0) {
      boolean interrupted = false;
      waiting = Thread.currentThread();
      while (busy.get() > 0) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      waiting = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the members and waits for them. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = false;
    for (Member member : members) {
      LockSupport.unpark(member.thread);
      while (member.thread.isAlive()) {
        try {
          member.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Member implements Runnable {
    private final int number;
    private final Thread thread;
    private volatile boolean parked;

    Member(int number) {
      this.number = number;
      thread = Thread.ofPlatform().daemon().name("lanewise-" + number).unstarted(this);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      int seen = 0;
      while (next(seen)) {
        seen++;
        Task current = task;
        if (current != null) {
          share(current, number);
        }
        if (busy.decrementAndGet() == 0) {
          LockSupport.unpark(waiting);
        }
      }
    }

    /** Waits for the round after {@code seen}; false when the team is closed. */
    private boolean next(int seen) {
      for (int i = 0; spinning && round.get() == seen && !closed && i < IDLE_SPINS; i++) {
        Thread.onSpinWait();
      }
      while (round.get() == seen && !closed) {
        parked = true;
        if (round.get() == seen && !closed) {
          LockSupport.park(Team.this);
        }
        parked = false;
      }
      return !closed;
    }
  }
}
