package dev.lanewise.mnist;

/** What the application tells the shell. Stable: scripts depend on it. */
final class ExitCode {
  /** Everything asked for is done. */
  static final int DONE = 0;

  /** A training failed, or its results could not be written. */
  static final int FAILED = 1;

  /** Wrong usage or unusable data; nothing was written. */
  static final int USAGE = 2;

  /** Ended by Ctrl-C: 128 and the number of the signal, as shells have it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
