package dev.lanewise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** A comparison as a table for people and as JSON for programs. */
final class Report {
  private static final String ROW = "%-34s %-40s %9s %10s %10s %7s %6s %7s %8s%n";

  private final String machine;
  private final Comparison comparison;
  private final Map<String, Double> peaks = new TreeMap<>();

  /**
   * Makes a report.
   *
   * @param machine a JSON object that describes the machine
   */
  Report(String machine, Comparison comparison) {
    this.machine = machine;
    this.comparison = comparison;
    for (RunResult result : comparison.simd()) {
      BenchmarkParams params = result.getParams();
      if (isPeak(params)) {
        Measure measure = Measure.of(result);
        peaks.put(peakKey(measure, params), measure.effort());
      }
    }
  }

  private static boolean isPeak(BenchmarkParams params) {
    return params.getBenchmark().contains(".Peak");
  }

  /** What a row is divided by: as many threads and, for memory, as many floats. The cache where it has none. */
  private static String peakKey(Measure measure, BenchmarkParams params) {
    String key = measure.limiting() + " " + value(params, "threads", "1");
    return measure.limiting().equals("gbyte") ? key + " " + value(params, "parameters", "93322") : key;
  }

  private static String value(BenchmarkParams params, String name, String otherwise) {
    return params.getParamsKeys().contains(name) ? params.getParam(name) : otherwise;
  }

  /**
   * Writes {@code {"machine": .., "results": {"scalar": [..], "simd": [..]}}}, the lists in JMH's format.
   *
   * @throws IOException if the file cannot be written
   */
  void writeJson(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      out.print("{\"machine\": " + machine + ",\n\"results\": {\"scalar\": ");
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(comparison.scalar());
      out.print(",\n\"simd\": ");
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(comparison.simd());
      out.print("}}\n");
      if (out.checkError()) {
        throw new IOException("cannot write " + file);
      }
    }
  }

  /** The table. Rates are medians over forks, the spread is that of the SIMD forks. */
  String table() {
    StringBuilder table = new StringBuilder(machine).append('\n');
    table.append(
        String.format(
            Locale.ROOT, ROW, "benchmark", "case", "unit", "scalar", "simd", "ratio", "of peak", "spread", "B/op"));
    Map<String, Measure> scalar = new LinkedHashMap<>();
    for (RunResult result : comparison.scalar()) {
      scalar.put(key(result), Measure.of(result));
    }
    for (RunResult result : comparison.simd()) {
      table.append(row(result, scalar.get(key(result))));
    }
    return table.toString();
  }

  private String row(RunResult result, @Nullable Measure scalar) {
    Measure simd = Measure.of(result);
    Double peak = isPeak(result.getParams()) ? null : peaks.get(peakKey(simd, result.getParams()));
    return String.format(
        Locale.ROOT, ROW,
        name(result.getParams()),
        parameters(result.getParams()),
        simd.unit(),
        scalar == null ? "-" : rate(scalar.median()),
        rate(simd.median()),
        scalar == null ? "-" : decimal(simd.median() / scalar.median(), 1),
        peak == null ? "-" : decimal(simd.effort() / peak, 2),
        decimal(simd.slowest() / simd.fastest(), 2),
        decimal(simd.bytes(), 0));
  }

  private static String key(RunResult result) {
    return name(result.getParams()) + " " + parameters(result.getParams());
  }

  /** For example {@code Convolution.forward}. */
  private static String name(BenchmarkParams params) {
    String[] parts = params.getBenchmark().split("\\.", -1);
    return parts[parts.length - 2].replace("Benchmark", "") + "." + parts[parts.length - 1];
  }

  private static String parameters(BenchmarkParams params) {
    StringJoiner all = new StringJoiner(" ");
    for (String name : params.getParamsKeys()) {
      all.add(name + "=" + params.getParam(name));
    }
    return all.toString();
  }

  /** Four digits or so. */
  static String rate(double value) {
    return decimal(value, value < 10 ? 3 : value < 1000 ? 1 : 0);
  }

  static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
