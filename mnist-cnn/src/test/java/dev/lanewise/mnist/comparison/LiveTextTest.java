package dev.lanewise.mnist.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.metrics.StepMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveTextTest {
  @Test
  void theLiveTextSaysHowFarAnEpochIs() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 10_800, 3, 79))
        .isEqualTo(
            "adam  1/5   50 %  loss 0.1235  acc. 90.00   10,800 images/s  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 10_800, 3, 90))
        .endsWith("3 s left    [#######........]");
    assertThat(LiveText.of("adam  1/5", step(1, 2.3), 100, 540, 79)).contains("9:00 left");
    assertThat(LiveText.of("adam  1/5", step(54_000, 2.3), 10_800, 3, 79)).contains("validating");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 1 s left", "60, 1:00 left", "3599, 59:59 left", "3600, 1.0 h left", "35900, 10.0 h left", "360000, 100 h left"
  })
  void hasRoomForAnyTime(double left, String text) {
    assertThat(LiveText.of("optimizer  1/5", step(27_000, 0.12345), 10_800, left, 84))
        .contains("images/s  " + text)
        .hasSizeLessThanOrEqualTo(84);
  }

  @Test
  void theTimeLeftIsThatOfAllEpochsAndRuns() {
    TimeLeft left = new TimeLeft(2, 3);
    left.nextRun();
    assertThat(left.seconds(1, 5, 10)).as("this epoch, two more, and three of the other run").isEqualTo(5 + 50);
    left.epochTook(12);
    assertThat(left.seconds(2, 5, 10)).as("an epoch takes longer than its steps").isEqualTo(5 + 4 * 12);
    left.nextRun();
    assertThat(left.seconds(3, 1, 10)).as("the last epoch of the last run").isEqualTo(1);
  }

  @Test
  void aNarrowTerminalKeepsTheTimeLeftBeforeTheRest() {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 10_800, 3, 50))
        .isEqualTo("adam  1/5   50 %  loss 0.1235  3 s left  ");
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 10_800, 3, 30))
        .isEqualTo("adam  1/5   50 %  3 s left  ");
  }

  @ParameterizedTest
  @ValueSource(ints = {79, 60, 50, 40, 30, 20})
  void theLiveTextFitsNarrowTerminals(int columns) {
    assertThat(LiveText.of("adam  1/5", step(27_000, 0.12345), 10_800, 3, columns))
        .startsWith("adam  1/5   50 %")
        .hasSizeLessThanOrEqualTo(columns);
  }

  private static StepMetrics step(int samplesDone, double meanLoss) {
    return new StepMetrics(1, 7, samplesDone, 54_000, 0.5, meanLoss, 0.9, 0.001, 3);
  }
}
