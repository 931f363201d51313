package dev.lanewise.mnist.machine;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the engine's INFO lines off the screen, since the application says the same in its first
 * line. Warnings pass, and so does whatever a logging configuration asks for.
 *
 * <p>The only class that uses the module java.logging, which a trimmed Java may lack.
 */
final class EngineLog {
  /** Held, or the level would go with the logger when it is collected. */
  private static final Logger LOGGER = Logger.getLogger("dev.lanewise.engine");

  private EngineLog() {}

  static void quieten() {
    if (LOGGER.getLevel() == null) {
      LOGGER.setLevel(Level.WARNING);
    }
  }
}
