package dev.lanewise.mnist.terminal;

/** What the application tells the shell. Stable: scripts depend on it. */
public final class ExitCode {
  /** Everything asked for is done. */
  public static final int DONE = 0;

  /** Results or checkpoints could not be written, or memory ran out. */
  public static final int FAILED = 1;

  /** Wrong usage or unusable data; nothing was written. */
  public static final int USAGE = 2;

  /** A training diverged: a loss or a parameter is no longer a finite number. */
  public static final int DIVERGED = 3;

  /** Ended by Ctrl-C: 128 and the number of the signal, as shells have it. */
  public static final int INTERRUPTED = 130;

  /** The output's reader has gone: 128 and the number of SIGPIPE. */
  public static final int NO_READER = 141;

  private ExitCode() {}
}
