package dev.lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The module's command: benchmarks of the scalar and the SIMD kernels side by side, the start-up gate, or
 * how training grows with its size. See
 * {@code --help}. Exit code 0 done, 1 failed, 2 wrong usage.
 */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the JVM.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.print(Settings.HELP);
      return 0;
    }
    Settings settings;
    try {
      settings = Settings.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("lanewise-bench: " + e.getMessage() + "; --help tells what there is");
      return 2;
    }
    try {
      Path growth = settings.growth();
      if (growth != null) {
        Growth.run(settings, growth);
        return 0;
      }
      if (settings.predictions() > 0) {
        return StartupGate.predictions(settings) ? 0 : 1;
      }
      return settings.startup() > 0 ? (StartupGate.run(settings) ? 0 : 1) : benchmarks(settings);
    } catch (IOException | IllegalStateException e) {
      System.err.println("lanewise-bench: " + e.getMessage());
      return 1;
    } catch (RunnerException e) {
      e.printStackTrace(); // its causes tell which benchmark failed, and how
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static int benchmarks(Settings settings)
      throws RunnerException, IOException, InterruptedException {
    String machine = ChildJvm.run(settings.jvm(), ChildJvm.ownClassPath(), Machine.class);
    Comparison comparison = Comparison.run(settings);
    comparison.requireComplete(settings.include());
    Report report = new Report(machine, comparison);
    if (settings.output() != null) {
      report.writeJson(settings.output());
    }
    System.out.print(report.table());
    System.out.println(
        settings.smoke()
            ? "Smoke: every benchmark works; cold, and too short for its rates to mean anything."
            : "Results: " + settings.output());
    return 0;
  }
}
