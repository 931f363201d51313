package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The line through measured times. */
class LinearFitTest {
  @Test
  @DisplayName("Points on a line give that line, whatever their sizes")
  void exact() {
    List<Double> x = List.of(0.001, 0.1, 10.0, 1000.0);
    LinearFit fit = LinearFit.of(x, x.stream().map(v -> 0.5 + 3 * v).toList());
    assertThat(fit.fixed()).isCloseTo(0.5, within(1e-9));
    assertThat(fit.slope()).isCloseTo(3, within(1e-9));
    assertThat(fit.worst()).isCloseTo(0, within(1e-9));
    assertThat(fit.at(2)).isCloseTo(6.5, within(1e-9));
  }

  @Test
  @DisplayName("A small value that is twice too large shows as much as a large one")
  void relative() {
    List<Double> x = List.of(1.0, 10.0, 100.0, 1000.0);
    LinearFit small = LinearFit.of(x, List.of(2.0, 10.0, 100.0, 1000.0));
    assertThat(small.worst()).isGreaterThan(0.05);
    assertThat(small.at(1000)).isCloseTo(1000, within(50.0));
  }

  @Test
  @DisplayName("Times that grow with the square do not pass as linear")
  void square() {
    List<Double> x = List.of(1.0, 10.0, 100.0, 1000.0);
    assertThat(LinearFit.of(x, x.stream().map(v -> v * v).toList()).worst()).isGreaterThan(0.5);
  }
}
