package dev.lanewise.mnist.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.report.LineChart.Axis;
import dev.lanewise.mnist.report.LineChart.Line;
import dev.lanewise.mnist.report.LineChart.Point;
import dev.lanewise.mnist.report.LineChart.Scale;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers from a file may be anything that a double can be. */
class LinePictureTest {
  @BeforeAll
  static void drawInMemory() {
    System.setProperty("java.awt.headless", "true");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 1e-320, 1e-30, 1e17, 1e300, Double.MAX_VALUE})
  void drawsTheLargestAndTheSmallestNumbers(double extreme) {
    for (Scale scale : List.of(Scale.LINEAR, Scale.LOG)) {
      Line line =
          new Line(
              "sgd", 0, List.of(new Point(1, 0.5, 0.5, 0.5), new Point(2, extreme, extreme, extreme)));
      LineChart chart =
          new LineChart(
              "loss", "Loss", "", new Axis("step", Scale.WHOLE), new Axis("loss", scale), List.of(line));

      assertThat(LinePicture.of(chart).getWidth()).isPositive();
    }
  }
}
