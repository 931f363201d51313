package dev.lanewise.mnist.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a second JVM in place of this one: same streams, same signals, same exit code. */
final class LauncherChild {
  /** The JVM prints this for every use of the vector module, and no option silences it. */
  static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";

  /** The first JVM gives a second one, which a Ctrl-C reaches too, this long to end by itself. */
  private static final long GRACE_MILLIS = 300;

  private LauncherChild() {}

  /**
   * Runs a command to its end.
   *
   * @return its exit code, 128 + n if signal n ended it
   */
  static int run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    // Only this stream passes through here, to take the warning out.
    builder.redirectError(ProcessBuilder.Redirect.PIPE);
    // This JVM has read them, so that they are among the options handed on.
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("_JAVA_OPTIONS");
    environment.remove("JDK_JAVA_OPTIONS");

    Process child = builder.start();
    Thread errors = new Thread(() -> copyErrors(child), "stderr");
    errors.setDaemon(true);
    Thread hook = new Thread(() -> end(child, errors), "end-child");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      end(child, errors); // a signal came just now
    }
    errors.start();
    int code = child.waitFor();
    // A grandchild may hold the stream open: do not wait for that one.
    errors.join(1000);
    return code;
  }

  private static void end(Process child, Thread errors) {
    try {
      if (!child.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        terminate(child);
        child.waitFor();
      }
      errors.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGTERM; where Java 9 provides it, without closing the stream of the child's last words. */
  private static void terminate(Process child) {
    try {
      Object handle = Process.class.getMethod("toHandle").invoke(child);
      Class.forName("java.lang.ProcessHandle").getMethod("destroy").invoke(handle);
    } catch (ReflectiveOperationException e) {
      child.destroy();
    }
  }

  private static void copyErrors(Process child) {
    try (InputStream in = child.getErrorStream()) {
      copyWithoutWarning(in, System.err);
    } catch (IOException e) {
      // The child is gone, or nobody reads: there is nothing left to copy.
    }
  }

  /** Copies at once whatever comes, except the first line that is exactly the warning. */
  static void copyWithoutWarning(InputStream in, OutputStream out) throws IOException {
    byte[] warning = WARNING.getBytes(StandardCharsets.US_ASCII);
    boolean found = false;
    int matched = 0; // how much of the warning is held back; -1 further on in another line
    byte[] buffer = new byte[8192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < count && !found; i++) {
        byte b = buffer[i];
        if (matched >= 0 && matched < warning.length && b == warning[matched]) {
          matched++;
          from = i + 1;
        } else if (matched == warning.length && b == '\r') {
          from = i + 1;
        } else if (matched == warning.length && b == '\n') {
          found = true;
          from = i + 1;
        } else {
          if (matched > 0) {
            out.write(warning, 0, matched);
          }
          out.write(b);
          from = i + 1;
          matched = b == '\n' ? 0 : -1;
        }
      }
      out.write(buffer, from, count - from);
      out.flush();
    }
    if (!found && matched > 0) {
      out.write(warning, 0, matched);
      out.flush();
    }
  }
}
