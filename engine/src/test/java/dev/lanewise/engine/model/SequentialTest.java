package dev.lanewise.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.testing.Networks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
class SequentialTest {
  @Test
  @DisplayName("the MNIST CNN has 93,322 parameters, named by layer, each tensor on a boundary of 16 floats")
  void parameters() {
    Sequential cnn = Networks.mnistCnn();
    assertThat(cnn.parameterCount()).isEqualTo(93_322);
    assertThat(cnn.parameters()).extracting(Parameter::name).startsWith("0.conv2d.weight", "0.conv2d.bias", "3.conv2d.weight");
    assertThat(cnn.parameters()).allMatch(p -> p.offset() % 16 == 0);
    assertThat(cnn.parameters().getFirst().shape()).isEqualTo(Shape.of(3, 3, 1, 32));
    assertThat(cnn.outputShape()).isEqualTo(Shape.of(10));
  }

  @Test
  @DisplayName("every layer's text form reads back")
  void textForm() {
    Sequential all =
        Sequential.of(
            Shape.of(20, 19, 3), Conv2D.of(4, 3).stride(2, 1).dilation(1, 2).padSame(), new LeakyReLU(0.3f),
            MaxPool2D.of(2).stride(1, 2).padSame(), new Tanh(), new AveragePool2D(3, 2, 2, 1, false),
            new Sigmoid(), new Dropout(0.5f), new Flatten(), Dense.of(7), new ReLU(), Dense.of(2));
    assertThat(Sequential.parse(all.describe())).isEqualTo(all);
    Sequential global = Sequential.of(Shape.of(4, 4, 3), new GlobalAveragePool2D());
    assertThat(Sequential.parse(global.describe())).isEqualTo(global);
    assertThat(all).isNotEqualTo(global);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "dense units=3", "input 5", "input 5\nconv3d", "input 5\ndense", "input 5\ndense units=x",
        "input 5\ndense units=0", "input 5\ndense units=1 units=1", "input 5\ndense units=1 more=2", "input 0\nrelu",
        "input 5x5\nflatten\nconv2d filters=1 kernel=1x1 stride=1x1 dilation=1x1 padding=valid",
        "input 5\ndropout rate=1", "input 5\nleaky_relu slope=-1",
        "input 5x5x1\nmax_pool2d window=2 stride=2x2 padding=valid",
        "input 5x5x1\nmax_pool2d window=2x2 stride=2x2 padding=full",
        "input 4x7x9\naverage_pool2d window=2x265536 stride=1x2 padding=same",
        "input 4x7x9\nmax_pool2d window=2147483647x2147483647 stride=1x2 padding=same",
        "input 5000x1x1\nglobal_average_pool2d",
        "input 2000000000x2\nflatten"
      })
  @DisplayName("a text that is no network is refused with one kind of exception")
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> Sequential.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input 4x7x3 conv2d filters=3 kernel=2x30 stride=6x655361 dilation=655362x2 padding=same",
        "input 1x70000x9 conv2d filters=1 kernel=2x1 stride=1x1 dilation=100x1 padding=same",
        "input 3000x3000x1 conv2d filters=1 kernel=3x3 stride=1x1 dilation=1x1 padding=same",
        "input 2000x2x9 conv2d filters=1 kernel=1100x1 stride=1x1 dilation=1x1 padding=valid",
        "input 2x2x5000000 conv2d filters=1 kernel=1x2 stride=1x1 dilation=1x1 padding=valid",
        "input 2x2x300000 conv2d filters=1 kernel=2x2 stride=1x1 dilation=1x1 padding=valid",
        "input 2x2x9 conv2d filters=9000000 kernel=1x1 stride=1x1 dilation=1x1 padding=valid",
        "input 8388593 dense units=1",
        "input 1 dense units=8388593"
      })
  @DisplayName("layers beyond what the kernels can count are refused as text, not when they run")
  void refusesLayersThatNoKernelCanRun(String text) {
    assertThatThrownBy(() -> Sequential.parse(text.replaceFirst(" (?=conv|dense)", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("layer 0: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input 4x4x9 conv2d filters=1 kernel=2x2 stride=2147483647x2147483647 dilation=1x1 padding=same",
        "input 4x4x9 conv2d filters=1 kernel=1x1 stride=2x1 dilation=2147483647x1 padding=same",
        "input 1x40000x9 conv2d filters=1 kernel=2x1 stride=1x1 dilation=23x1 padding=same",
        "input 1100x10x1 conv2d filters=1 kernel=1100x1 stride=1x1 dilation=1x1 padding=valid",
        "input 1023x1x9 conv2d filters=1 kernel=1023x1 stride=1x1 dilation=1x1 padding=valid",
        "input 2x2x131000 conv2d filters=1 kernel=2x2 stride=1x1 dilation=1x1 padding=valid",
        "input 8388592 dense units=1",
        "input 1 dense units=8388592"
      })
  @DisplayName("layers at the edge of it run")
  void runsLayersAtTheEdge(String text) {
    Sequential network = Sequential.parse(text.replaceFirst(" (?=conv|dense)", "\n"));
    try (Model model = Model.zeros(network);
        Predictor predictor = new Predictor(model)) {
      assertThat(predictor.classify(new float[network.inputShape().size()])).isZero();
    }
  }

  @Test
  @DisplayName("a layer that cannot take its input is named")
  void namesTheLayer() {
    assertThatThrownBy(() -> Sequential.of(Shape.of(28, 28, 1), Conv2D.of(3, 3), Dense.of(2)))
        .hasMessageContaining("layer 1")
        .hasMessageContaining("flatten");
    assertThatThrownBy(() -> Sequential.of(Shape.of(3, 3, 1), Conv2D.of(3, 5)))
        .hasMessageContaining("layer 0")
        .hasMessageContaining("does not fit");
  }
}
