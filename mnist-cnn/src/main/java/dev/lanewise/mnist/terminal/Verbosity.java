package dev.lanewise.mnist.terminal;

/** How much the screen shows. */
public enum Verbosity {
  /** The results alone. */
  QUIET,
  /** Progress as well. */
  NORMAL,
  /** Details of each run as well. */
  VERBOSE
}
