package dev.lanewise.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command and what it makes of the JVMs' lines. */
class RaceTest {
  private static final Options TRAINING =
      new Options(
          false, EnumSet.of(Part.TRAINING), EnumSet.of(Library.LANEWISE, Library.DL4J), 2, 1, 8, Path.of("unused"),
          null);

  private static Race race(String lanewise, String other) {
    Race race = new Race(TRAINING);
    race.add(Part.TRAINING, 1, Library.LANEWISE, 200, List.of(lanewise));
    race.add(Part.TRAINING, 1, Library.DL4J, 200, List.of("chatter", other));
    return race;
  }

  @Test
  @DisplayName("A fork gives a rate, and a share of the peak that was measured before it")
  void shares() {
    Race race = race("trial\t128\t9000\t100\t0.95", "trial\t128\t500\t5\t0.94");
    assertThat(race.outcomes()).hasSize(2).allMatch(outcome -> outcome.remark().isEmpty());
    assertThat(race.outcomes().getFirst().rates()).containsExactly(9000.0);
    assertThat(race.outcomes().getFirst().shares()).containsExactly(0.5);
    assertThat(race.notes()).hasSize(2).first().asString().contains("Lanewise", "0.9500");
  }

  @Test
  @DisplayName("An accuracy outside of the band is different work")
  void band() {
    Race race = race("trial\t128\t9000\t100\t0.95", "trial\t128\t500\t5\t0.91");
    assertThat(race.outcomes().getLast().remark()).contains("different work", "0.9100", "0.9500");
    Race notANumber = race("trial\t128\t9000\t100\t0.95", "trial\t128\t500\t5\tNaN");
    assertThat(notANumber.outcomes().getLast().remark()).contains("different work");
  }

  @Test
  @DisplayName("A library that cannot run stays in the report, with the reason")
  void failure() {
    Race race = race("trial\t128\t9000\t100\t0.95", "trial\t128\tUnsatisfiedLinkError: no jni");
    assertThat(race.outcomes().getLast().rates()).isEmpty();
    assertThat(race.outcomes().getLast().remark()).isEqualTo("UnsatisfiedLinkError: no jni");
  }

  @Test
  @DisplayName("A JVM that ends without a word is a failure, too")
  void silence() {
    Race race = race("trial\t128\t9000\t100\t0.95", "chatter");
    assertThat(race.outcomes().getLast().remark()).isEqualTo("its JVM printed no result");
  }

  @Test
  @DisplayName("Every option has its place; later ones win over --quick")
  void options() {
    assertThat(Options.parse("--quick").forks()).isEqualTo(2);
    assertThat(Options.parse("--quick").latency()).isFalse();
    assertThat(Options.parse("--latency", "--quick").latency()).isTrue();
    Options options =
        Options.parse(
            "--quick", "--forks", "3", "--only", "gemm,training", "--libraries", "onnx-runtime", "--batches", "9",
            "--output", "x", "--resume", "y.txt");
    assertThat(options)
        .isEqualTo(
            new Options(
                false, EnumSet.of(Part.GEMM, Part.TRAINING), EnumSet.of(Library.LANEWISE, Library.ONNX_RUNTIME), 3, 0.3, 9,
                Path.of("x"), Path.of("y.txt")));
  }

  @ParameterizedTest
  @DisplayName("A wrong option gets one line that names it, and exit code 2")
  @CsvSource({
    "--wat, no option --wat", "--only pooling, no part pooling", "--libraries numpy, no library numpy",
    "--seconds 0, --seconds needs a number above 0", "--forks 1.5, --forks needs", "--output, --output needs a value"
  })
  void wrong(String line, String message) {
    String[] args = line.split(" ", -1);
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(args)).withMessageContaining(message);
    assertThat(Main.run(args)).isEqualTo(2);
  }
}
