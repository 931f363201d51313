package dev.lanewise.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.bench.ChildJvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Latencies side by side: a library's JVM, and the page that comes of the JVMs' lines. */
class LatencyRaceTest {
  private static final String CALLS = "latency\tbatch 1, 1 thread(s), closed loop\tcalls\t";
  private static final String CONTROL = "latency\tbatch 1, 1 thread(s), closed loop\tcontrol\t";

  @Test
  @DisplayName("The page has a library's medians over the forks, its control's, and its p50 over ONNX Runtime's")
  void page() {
    LatencyRace race = new LatencyRace(Options.parse("--latency", "--forks", "3"));
    for (String p50 : List.of("50.0", "90.0", "60.0")) {
      race.add("Lanewise", "chatter");
      race.add("Lanewise", CALLS + "20000\t" + p50 + "\t70\t80\t90\t100\t200\t0\t3\t0");
      race.add("Lanewise", CONTROL + "\t50.0\t51\t52\t53\t54\t55\t\t\t");
      race.add("ONNX Runtime", CALLS + "11000\t90.0\t70\t80\t90\t100\t1,200\t1\t0\t2,336");
    }
    assertThat(race.markdown("A CPU", Map.of("Memory", "2 GB"), Map.of("Lanewise", "1")))
        .contains("# Latency of predictions on A CPU", "- Memory: 2 GB", "## Batch 1, 1 thread(s), closed loop")
        .contains("| Lanewise | 20000 | 60 | 70 | 80 | 90 | 100 | 200 | 0 | 3 | 0 | 0.67 | 50.0, 90.0, 60.0 |")
        .contains("| Lanewise: control |  | 50 | 51 | 52 | 53 | 54 | 55 |  |  |  |  |  |")
        .contains("| ONNX Runtime | 11000 | 90 | 70 | 80 | 90 | 100 | 1200 | 1 | 0 | 2336 | 1.00 | 90.0, 90.0, 90.0 |");
  }

  @Test
  @DisplayName("A JVM measures both batches on one thread and all cores, one call after the other and at a rate")
  void measures() throws Exception {
    String output =
        ChildJvm.run(
            Map.of("OMP_NUM_THREADS", "1"), List.of(), ChildJvm.ownClassPath(), LatencyTrial.class,
            Library.ONNX_RUNTIME.name(), "0.1");
    List<String> titles =
        output.lines()
            .filter(line -> line.startsWith(LatencyTrial.MARK))
            .map(line -> line.split("\t", -1))
            .map(fields -> fields[1] + ", " + fields[2])
            .toList();
    assertThat(titles).hasSize(2 * LatencyTrial.Setting.all().size());
    assertThat(titles)
        .startsWith("batch 1, 1 thread(s), closed loop, calls", "batch 1, 1 thread(s), closed loop, control")
        .contains("batch 32, 1 thread(s), 62 calls/s, calls");
  }
}
