package dev.lanewise.bench;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks twice, with the scalar and with the SIMD kernels. A JVM chooses its kernels once, so each
 * of the two has JVMs of its own. The peaks run with SIMD alone, and always: other rows are divided by them.
 */
record Comparison(Collection<RunResult> scalar, Collection<RunResult> simd) {
  private static final String PEAKS = "\\.Peak";

  static Comparison run(Settings settings) throws RunnerException {
    return new Comparison(
        results(options(settings, "scalar").include(settings.include()).exclude(PEAKS)),
        results(options(settings, "simd").include(settings.include()).include(PEAKS)));
  }

  private static Collection<RunResult> results(ChainedOptionsBuilder options) throws RunnerException {
    try {
      return new Runner(options.build()).run();
    } catch (NoBenchmarksException e) {
      return List.of();
    }
  }

  private static ChainedOptionsBuilder options(Settings settings, String kernels) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .jvmArgs(ChildJvm.flags(settings.jvm(), "-Dlanewise.kernels=" + kernels))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    return settings.smoke() ? smoke(options) : real(options, settings.forks());
  }

  private static ChainedOptionsBuilder real(ChainedOptionsBuilder options, int forks) {
    return options
        .forks(forks)
        .warmupIterations(5) // C2 takes some seconds over the large kernels
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(3)
        .measurementTime(TimeValue.seconds(1));
  }

  /** One small case of each benchmark, which tells that it works and nothing about its speed. */
  private static ChainedOptionsBuilder smoke(ChainedOptionsBuilder options) {
    return options
        .forks(1)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(50))
        .verbosity(VerboseMode.SILENT)
        .param("gemm", "64x64x64")
        .param("layer", "conv2")
        .param("pool", "10x10x64")
        .param("optimizer", "adam")
        .param("parameters", "93322")
        .param("threads", "2")
        .param("classes", "10")
        .param("batches", "1")
        .param("batch", "1");
  }

  /**
   * Checks that what was asked for was measured.
   *
   * @param include the regular expression that was asked for
   * @throws IllegalStateException if no benchmark's name has a match, or a result is not finite and positive
   */
  void requireComplete(String include) {
    Pattern pattern = Pattern.compile(include);
    boolean found = false;
    for (Collection<RunResult> results : List.of(scalar, simd)) {
      for (RunResult result : results) {
        String name = result.getParams().getBenchmark();
        found |= pattern.matcher(name).find();
        Measure measure = Measure.of(result);
        if (!measure.isSane()) {
          throw new IllegalStateException(name + " measured " + measure);
        }
      }
    }
    if (!found) {
      throw new IllegalStateException("no benchmark's name matches " + include);
    }
  }
}
