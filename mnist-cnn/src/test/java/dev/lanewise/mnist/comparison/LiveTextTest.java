package dev.lanewise.mnist.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.metrics.StepMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveTextTest {
  @Test
  void theLiveTextSaysHowFarAnEpochIs() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 79))
        .isEqualTo(
            "adam  1/5   50 %  loss 0.1235  acc. 90.00   10,800 images/s  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 90))
        .endsWith("3 s left    [#######........]");
    assertThat(LiveText.of("adam  1/5", step(1, 2.3), 0.01, 79)).contains("9:00 left");
    assertThat(LiveText.of("adam  1/5", step(54_000, 2.3), 5, 79)).contains("validating");
  }

  @Test
  void aNarrowTerminalKeepsTheTimeLeftBeforeTheRest() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 50))
        .isEqualTo("adam  1/5   50 %  loss 0.1235  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, 30))
        .isEqualTo("adam  1/5   50 %  3 s left  ");
  }

  @ParameterizedTest
  @ValueSource(ints = {79, 60, 50, 40, 30, 20})
  void theLiveTextFitsNarrowTerminals(int columns) {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 2.5, columns))
        .startsWith("adam  1/5   50 %")
        .hasSizeLessThanOrEqualTo(columns);
  }

  private static StepMetrics step(int samplesDone, double meanLoss) {
    return new StepMetrics(1, 7, samplesDone, 54_000, 0.5, meanLoss, 0.9, 0.001, 3);
  }
}
