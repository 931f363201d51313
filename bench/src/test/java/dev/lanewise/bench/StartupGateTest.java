package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the start-up gate lets pass. */
class StartupGateTest {
  @Test
  @DisplayName("Noise passes, however the fast ones spread")
  void noise() {
    assertThat(StartupGate.isStuck(20_000)).isFalse();
    assertThat(StartupGate.isStuck(20_000, 9_000, 21_000)).isFalse();
    assertThat(StartupGate.isStuck(10_000, 90_000, 10_000)).isFalse();
  }

  @Test
  @DisplayName("One JVM below a third of the median is stuck")
  void stuck() {
    assertThat(StartupGate.isStuck(20_000, 6_000, 21_000)).isTrue();
    assertThat(StartupGate.isStuck(20_000, 20_000, 20_000, Double.NaN)).isTrue();
    assertThat(StartupGate.isStuck(0, 0, 0)).isTrue();
  }

  @Test
  @DisplayName("Predictions of a JVM below nine tenths of the fastest are not near it")
  void near() {
    assertThat(StartupGate.near(100, 90, 95)).isEqualTo(3);
    assertThat(StartupGate.near(100, 89, 95, Double.NaN)).isEqualTo(2);
  }
}
