package dev.lanewise.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.lanewise.bench.ChildJvm;
import dev.lanewise.bench.GemmBenchmark;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every library does the same work as Lanewise, each in a JVM of its own: in one process they block each other. */
class PeersTest {
  private static final String NO_TIME = "1e-9";
  private static final String BATCHES = "4";

  /** The lines of a library's part on one thread, split into fields. */
  private static List<String[]> trial(Library library, Part part) throws Exception {
    String output =
        ChildJvm.run(
            Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1"), library.jvm(), ChildJvm.ownClassPath(),
            TrialRun.class, library.name(), part.name(), "1", NO_TIME, NO_TIME, BATCHES);
    return output.lines().map(line -> line.split("\t", -1)).filter(f -> f[0].equals(TrialRun.MARK)).toList();
  }

  static Stream<Arguments> parts() {
    return Arrays.stream(Library.values())
        .flatMap(
            library ->
                Arrays.stream(Part.values())
                    .filter(part -> part != Part.TRAINING && library.takes(part))
                    .map(part -> arguments(library, part)));
  }

  @ParameterizedTest
  @DisplayName("What a library computes is what Lanewise computes, in every case of its parts")
  @MethodSource("parts")
  void same(Library library, Part part) throws Exception {
    List<String[]> lines = trial(library, part);
    assertThat(lines).extracting(fields -> fields[1]).isEqualTo(part.cases());
    assertThat(lines)
        .allSatisfy(
            fields -> {
              assertThat(fields).as(String.join(" ", fields)).hasSize(5);
              assertThat(Double.parseDouble(fields[2])).isPositive();
              assertThat(Double.parseDouble(fields[3])).isPositive();
            });
  }

  @Test
  @DisplayName("A few steps from the same parameters on the same batches lead to nearly the same network")
  void trains() throws Exception {
    double expected = accuracy(Library.LANEWISE);
    assertThat(expected).as("better than chance").isGreaterThan(0.3);
    for (Library library : List.of(Library.TENSORFLOW, Library.PYTORCH, Library.DL4J)) {
      assertThat(accuracy(library)).as(library.title()).isCloseTo(expected, within(0.01));
    }
  }

  private static double accuracy(Library library) throws Exception {
    String[] fields = trial(library, Part.TRAINING).getFirst();
    assertThat(fields).as(String.join(" ", fields)).hasSize(5);
    return Double.parseDouble(fields[4]);
  }

  @Test
  @DisplayName("A library that computes something else is caught")
  void caught() {
    GemmBenchmark operands = new GemmBenchmark();
    operands.gemm = "64x64x64";
    operands.setUp();
    try (Job right = new Lanewise().gemm(operands, 1)) {
      right.run();
      float[] result = right.result();
      assertThat(Floats.distance(result, result)).isZero();
      float[] other = result.clone();
      other[100] += 0.1f;
      assertThat(Floats.distance(other, result)).isGreaterThan(Trial.TOLERANCE);
      other[100] = Float.NaN;
      assertThat(Floats.distance(other, result)).isInfinite();
      assertThatIllegalStateException().isThrownBy(() -> Floats.distance(new float[1], result));
    } finally {
      operands.tearDown();
    }
  }

  @Test
  @DisplayName("Every library has a title and a version")
  void versions() {
    assertThat(Library.values())
        .allSatisfy(library -> assertThat(library.version()).isNotBlank().doesNotContain("$", "{"));
  }
}
