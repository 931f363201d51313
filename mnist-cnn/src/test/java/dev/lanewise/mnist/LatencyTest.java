package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.mnist.model.LatencyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyTest {
  @TempDir Path dir;
  private Path model;

  @BeforeEach
  void save() throws IOException {
    model = dir.resolve("small.safetensors");
    try (Model small = Sequential.of(Shape.of(3), Dense.of(2)).initialize(0)) {
      ModelFile.save(small, model);
    }
  }

  @Test
  void printsALineForEachBatchNumberOfThreadsAndLoad() {
    App.Outcome outcome =
        App.run(
            "latency", model.toString(), "--batch", "1,3", "--threads", "1,2", "--rate", "2000",
            "--seconds", "1");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).allMatch(line -> line.length() <= 80 || line.startsWith("Lanewise "));
    assertThat(lines.get(1)).isEqualTo(model + ": 8 parameters");
    assertThat(lines).anyMatch(line -> line.matches("batch  ?thr\\. +load +p50 .*p99\\.99 +max +GC +points +call"));
    List<String> rows = lines.stream().filter(line -> line.matches("[13] +[12] +(closed|2,000/s) .*")).toList();
    assertThat(rows)
        .extracting(row -> row.replaceFirst("^(\\d) +(\\d) +(\\S+).*", "$1 $2 $3"))
        .containsExactly(
            "1 1 closed", "1 1 2,000/s", "1 2 closed", "1 2 2,000/s", "3 1 closed", "3 1 2,000/s",
            "3 2 closed", "3 2 2,000/s");
    assertThat(lines.stream().filter(line -> line.matches(" +control( +[\\d.]+){6}"))).hasSize(8);
    assertThat(rows).allMatch(row -> row.matches("\\S+ +\\S+ +\\S+( +[\\d.]+){6} +\\d+ +\\d+ +[\\d.,]+"));
  }

  @Test
  void saysWhatTheTableSaysWhereATerminalIsTooNarrowForIt() {
    List<String> lines = new ArrayList<>();

    new LatencyReport(List.of(1), List.of(1), 2000, 1, 40).print(null, lines::add);

    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
    assertThat(lines)
        .containsSequence(
            "Control: the same with a loop in the",
            " call's place that reads the clock for",
            " as long as the median call; what is");
    assertThat(String.join("", lines))
        .containsPattern("batch 1, 1 thread\\(s\\), closed: p50 [\\d.]+, p90 .* max [\\d.]+, GC \\d+, safe-points \\d+, bytes/call")
        .containsPattern("batch 1, 1 thread\\(s\\), 2,000/s: p50 [\\d.]+, ")
        .containsPattern("control: p50 [\\d.]+, p90 [\\d.]+, p99 [\\d.]+, p99.9 [\\d.]+, p99.99 [\\d.]+, max [\\d.]+");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "latency DIR/none            | none: no such file",
        "latency DIR                 | not a regular file",
        "latency DIR/bad             | bad: ",
        "latency MODEL MODEL         | unexpected argument",
        "latency --batch 0           | '0' is not a whole number from 1 to 4096",
        "latency --batch 1,x         | 'x' is not a whole number from 1 to 4096",
        "latency --threads 0         | '0' is not a whole number from 1 to 1024",
        "latency --rate -1           | '-1' is not a whole number from 1 to 10000000",
        "latency --seconds 0         | '0' is not a whole number from 1 to 3600",
        "--epochs 1 latency          | options belong behind the command 'latency'",
        "latncy                      | did you mean latency",
      })
  void refusesWithOneLineAndCode2(String args, String message) throws IOException {
    Files.writeString(dir.resolve("bad"), "no model");

    App.Outcome outcome =
        App.run(args.strip().replace("MODEL", model.toString()).replace("DIR", dir.toString()).split(" "));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("mnist-cnn: ").contains(message).hasLineCount(1);
  }

  @Test
  void helpFitsATerminal() {
    App.Outcome outcome = App.run("latency", "--help");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("--batch=N", "--threads=N", "--rate=N", "--seconds=N", "Exit codes:");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
  }
}
