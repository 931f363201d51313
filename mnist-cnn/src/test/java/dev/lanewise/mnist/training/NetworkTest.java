package dev.lanewise.mnist.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanewise.mnist.text.UsageException;
import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void hasThePublishedNumberOfParametersForMnist() {
    assertThat(Network.of(28, 28, 10).parameterCount()).isEqualTo(93_322);
  }

  @Test
  void takesTheSmallestImagesThatLeaveTheLastConvolutionOneWindow() {
    // 1x1x64 come out of it, so the dense layer has 64x64 weights and 64 biases.
    assertThat(Network.of(18, 18, 2).parameterCount())
        .isEqualTo(9 * 32 + 32 + 9 * 32 * 64 + 64 + 9 * 64 * 64 + 64 + 64 * 64 + 64 + 64 * 2 + 2);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Network.of(28, 17, 10))
        .withMessageContaining("28x17 are too small");
  }
}
