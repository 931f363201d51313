package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class TrainingPositionTest {
  @Test
  @DisplayName("settings with control characters are told without them")
  void printable() {
    assertThatThrownBy(() -> compared("a\u001b[2J", "b")).hasMessageEndingWith("the loss was a?[2J, now it is b");
    assertThatThrownBy(() -> compared("a\nb\u0085", "a\nc")).hasMessageEndingWith("the loss was with \"b?\", now it is with \"c\"");
  }

  @Test
  @DisplayName("settings that differ in a line break only differ")
  void lineBreaks() {
    assertThatThrownBy(() -> compared("a\n", "a")).hasMessageEndingWith("the loss was a?, now it is a");
  }

  private static void compared(String then, String now) {
    new TrainingPosition(Map.of("loss", then), 0, List.of(), 1, 0, 0, 0, 0, List.of()).requireSame(Map.of("loss", now));
  }
}
