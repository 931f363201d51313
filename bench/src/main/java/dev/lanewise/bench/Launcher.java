package dev.lanewise.bench;

import java.lang.reflect.InvocationTargetException;

/** The jar's main class. Compiled for Java 8, so that an older java gets one clear line and no stack trace. */
public final class Launcher {
  private static final int NEEDED = 25;

  private Launcher() {}

  /**
   * Starts {@link Main} where this Java can.
   *
   * @param args the arguments of {@link Main}
   * @throws Throwable whatever {@link Main} throws
   */
  public static void main(String[] args) throws Throwable {
    String version = System.getProperty("java.specification.version");
    // Java 8 calls itself 1.8.
    if (version.startsWith("1.") || Integer.parseInt(version) < NEEDED) {
      System.err.println(
          "lanewise-bench: a JDK " + NEEDED + " or later is needed, and this is Java " + version
              + " in " + System.getProperty("java.home") + "; start it with a JDK " + NEEDED + "'s java");
      System.exit(2);
    }
    try {
      // By name: a compiler for release 8 does not read classes for 25.
      Class.forName("dev.lanewise.bench.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
