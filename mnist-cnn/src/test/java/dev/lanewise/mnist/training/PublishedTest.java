package dev.lanewise.mnist.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.data.Split;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedTest {
  private static final Split MNIST = Split.of(60_000, Integer.MAX_VALUE);

  @Test
  void comparesWithTheSameProtocolOnTheSameData() {
    assertThat(Published.comparable(settings(null, 5, 128, true), MNIST)).isTrue();
    assertThat(Published.comparable(settings(null, 5, 128, true), Split.of(60_000, 59_999)))
        .isFalse();
    assertThat(Published.comparable(settings(null, 4, 128, true), MNIST)).isFalse();
    assertThat(Published.comparable(settings(null, 5, 64, true), MNIST)).isFalse();
    assertThat(Published.comparable(settings(null, 5, 128, false), MNIST)).isFalse();
    assertThat(Published.comparable(settings(null, 5, 128, true, "cosine"), MNIST)).isFalse();
    assertThat(Published.comparable(settings(Path.of("x"), 5, 128, true), MNIST)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"60000, 54000, 6000", "12000, 10800, 1200", "605, 544, 61", "2, 1, 1", "3, 2, 1"})
  void validatesOnTheLastTenthAsKerasDoes(int images, int train, int validation) {
    assertThat(Split.of(60_000, images)).isEqualTo(new Split(train, validation));
    assertThat(Split.of(images, Integer.MAX_VALUE)).isEqualTo(new Split(train, validation));
  }

  private static Settings settings(Path data, int epochs, int batchSize, boolean defaultRates) {
    return settings(data, epochs, batchSize, defaultRates, "constant");
  }

  private static Settings settings(
      Path data, int epochs, int batchSize, boolean defaultRates, String schedule) {
    return new Settings(
        List.of(),
        List.of(0L),
        epochs,
        batchSize,
        defaultRates,
        ScheduleSpec.parse(schedule),
        1,
        60_000,
        data,
        Path.of("out"),
        null,
        Settings.Metrics.NONE);
  }
}
