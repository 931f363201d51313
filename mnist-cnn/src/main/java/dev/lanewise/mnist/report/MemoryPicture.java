package dev.lanewise.mnist.report;

import java.awt.image.BufferedImage;
import java.util.List;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;

/** Draws what the optimizers keep, a bar for each. */
final class MemoryPicture {
  private static final int WIDTH = 900;
  private static final int FRAME_HEIGHT = 130;
  private static final int BAR_HEIGHT = 34;

  private MemoryPicture() {}

  static BufferedImage of(List<OptimizerRuns> finished) {
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder()
            .width(WIDTH)
            .height(FRAME_HEIGHT + BAR_HEIGHT * finished.size())
            .title("State of the optimizer")
            .xAxisTitle("kB")
            .build();
    PictureStyle.plain(chart.getStyler());
    chart
        .getStyler()
        .setLabelsVisible(true)
        .setLabelsFont(PictureStyle.FONT)
        .setAvailableSpaceFill(0.6)
        .setXAxisMin(0.0)
        .setXAxisDecimalPattern("#,##0")
        .setXAxisTickMarkSpacingHint(BAR_HEIGHT); // or names are left out
    List<OptimizerRuns> upwards = finished.reversed();
    chart
        .addSeries(
            "state",
            upwards.stream()
                .map(group -> group.finished().getFirst().memory().optimizer() / 1e3)
                .toList(),
            upwards.stream().map(OptimizerRuns::optimizer).toList())
        .setFillColor(PictureStyle.ACCENT);
    return PictureStyle.draw(chart, graphics -> {});
  }
}
