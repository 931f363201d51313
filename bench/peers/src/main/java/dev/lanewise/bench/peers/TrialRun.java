package dev.lanewise.bench.peers;

import java.util.Locale;

/**
 * One library's part of the comparison in this JVM: {@code LIBRARY PART THREADS SLICE SECONDS BATCHES}, see {@link
 * Trial}. Prints a line for each case: {@link #MARK}, the case, and either what was measured or why not. Libraries print what they like between
 * these lines.
 */
final class TrialRun {
  /** Begins a line that counts. */
  static final String MARK = "trial";

  private TrialRun() {}

  /** Runs the part and ends the JVM: some libraries leave threads behind. */
  public static void main(String[] args) {
    Library library = Library.valueOf(args[0]);
    Part part = Part.valueOf(args[1]);
    int threads = Integer.parseInt(args[2]);
    try {
      Trial trial =
          new Trial(
              library, threads, Double.parseDouble(args[3]), Double.parseDouble(args[4]), Integer.parseInt(args[5]));
      for (String what : part.cases()) {
        System.out.println(line(trial, part, what));
      }
    } catch (RuntimeException | LinkageError e) {
      part.cases().forEach(what -> System.out.println(MARK + "\t" + what + "\t" + reason(e)));
    }
    System.exit(0);
  }

  private static String line(Trial trial, Part part, String what) {
    try {
      Trial.Measured measured = trial.run(part, what);
      return String.format(
          Locale.ROOT, "%s\t%s\t%s\t%s\t%s", MARK, what, measured.rate(), measured.gflops(), measured.accuracy());
    } catch (RuntimeException | LinkageError e) {
      return MARK + "\t" + what + "\t" + reason(e);
    }
  }

  /** The innermost cause in one line, for a table. */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return text.replaceAll("[\\s|]+", " ");
  }
}
