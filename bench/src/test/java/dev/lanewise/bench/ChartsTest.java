package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where the names of lines go. */
class ChartsTest {
  @Test
  @DisplayName("Names that lie apart stay at their lines' ends")
  void untouched() {
    assertThat(Charts.apart(new double[] {0.9, 0.1, 0.5}, 0.05)).containsExactly(0.9, 0.1, 0.5);
  }

  @Test
  @DisplayName("Names that would cover each other keep their order and move apart")
  void moved() {
    assertThat(Charts.apart(new double[] {0.5, 0.25, 0.5, 0.375}, 0.25)).containsExactly(0.75, 0.25, 1, 0.5);
  }
}
