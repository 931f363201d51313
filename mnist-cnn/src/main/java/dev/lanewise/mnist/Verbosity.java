package dev.lanewise.mnist;

/** How much the screen shows. */
enum Verbosity {
  /** The results alone. */
  QUIET,
  /** Progress as well. */
  NORMAL,
  /** Details of each run as well. */
  VERBOSE
}
