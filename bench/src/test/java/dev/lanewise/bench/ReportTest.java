package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Results of a real, very short run in this JVM. */
class ReportTest {
  private static final String MACHINE = "{\"cpu\": \"test\"}";
  private static Collection<RunResult> results;

  @BeforeAll
  static void run() throws RunnerException {
    results =
        new Runner(
                new OptionsBuilder()
                    .include("PoolingBenchmark.average")
                    .include("PeakMemory")
                    .param("pool", "10x10x64")
                    .param("parameters", "93322")
                    .param("threads", "1")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
  }

  private static RunResult result(String name) {
    return results.stream().filter(r -> r.getParams().getBenchmark().contains(name)).findFirst().orElseThrow();
  }

  @Test
  @DisplayName("A rate is the work counted by the time that it took")
  void rate() {
    RunResult result = result("averageForward");
    Measure measure = Measure.of(result);
    double bytes = 1.25 * 10 * 10 * 64 * Float.BYTES;
    assertThat(measure.isSane()).isTrue();
    assertThat(measure.unit()).isEqualTo("GB/s");
    assertThat(measure.median() / result.getPrimaryResult().getScore()).isCloseTo(bytes * 1e-9, within(bytes * 1e-12));
    assertThat(measure.bytes()).isNotNegative();
  }

  @Test
  @DisplayName("The table has a row a benchmark, with both sides, ratio and part of the peak")
  void table() {
    String[] lines = new Report(MACHINE, new Comparison(results, results)).table().split("\n");
    assertThat(lines).hasSize(2 + 3);
    assertThat(lines[0]).isEqualTo(MACHINE);
    assertThat(lines[1]).contains("scalar", "simd", "of peak", "B/op");
    String[] row = lines[3].trim().split("\\s+");
    assertThat(row).startsWith("Pooling.averageBackward", "pool=10x10x64", "GB/s").hasSize(9);
    assertThat(row[5]).isEqualTo("1.0");
    double peak = Measure.of(result("PeakMemory")).median();
    assertThat(Double.parseDouble(row[6])).isCloseTo(Measure.of(result("averageBackward")).median() / peak, within(0.006));
  }

  @Test
  @DisplayName("The JSON holds the machine and JMH's results of both sides")
  void json(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/results.json");
    new Report(MACHINE, new Comparison(List.of(), results)).writeJson(file);
    assertThat(Files.readString(file).replaceAll("\\s+", ""))
        .startsWith("{\"machine\":{\"cpu\":\"test\"},\"results\":{\"scalar\":[],\"simd\":[{\"jmhVersion\"")
        .contains("dev.lanewise.bench.PoolingBenchmark.averageForward", "\"rawData\"")
        .endsWith("]}}");
  }

  @Test
  @DisplayName("An expression that no name matches is an error, although the peaks ran")
  void nothingFound() {
    Comparison comparison = new Comparison(List.of(), List.of(result("PeakMemory")));
    comparison.requireComplete("Peak");
    assertThatIllegalStateException().isThrownBy(() -> comparison.requireComplete("Gem{3}")).withMessageContaining("Gem{3}");
  }
}
