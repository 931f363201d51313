package dev.lanewise.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.lanewise.bench.GemmBenchmark;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every library does the same work as Lanewise. */
class PeersTest {
  private static final double NO_TIME = 1e-9;
  private static final int BATCHES = 4;

  /** Trained by Lanewise, which no library shall be far from. */
  private static double accuracy;

  private static Trial.Measured trial(Library library, Part part, String what) {
    return new Trial(library, 1, NO_TIME, BATCHES).run(part, what);
  }

  /** Every library with the cases of its parts other than training; of the matrices the smallest two. */
  static Stream<Arguments> cases() {
    return Arrays.stream(Library.values())
        .flatMap(
            library ->
                Arrays.stream(Part.values())
                    .filter(part -> part != Part.TRAINING && library.takes(part))
                    .flatMap(
                        part ->
                            part.cases().stream()
                                .limit(part == Part.GEMM ? 2 : Long.MAX_VALUE)
                                .map(what -> arguments(library, part, what))));
  }

  @ParameterizedTest
  @DisplayName("What a library computes is what Lanewise computes")
  @MethodSource("cases")
  void same(Library library, Part part, String what) {
    Trial.Measured measured = trial(library, part, what);
    assertThat(measured.rate()).isPositive();
    assertThat(measured.gflops()).isPositive();
    assertThat(measured.accuracy()).isNaN();
  }

  @ParameterizedTest
  @DisplayName("A few steps from the same parameters on the same batches lead to nearly the same network")
  @EnumSource(value = Library.class, names = {"TENSORFLOW", "PYTORCH", "DL4J"})
  void trains(Library library) {
    if (accuracy == 0) {
      accuracy = trial(Library.LANEWISE, Part.TRAINING, "128").accuracy();
    }
    assertThat(accuracy).as("better than chance").isGreaterThan(0.3);
    assertThat(trial(library, Part.TRAINING, "128").accuracy()).isCloseTo(accuracy, within(0.01));
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
