package dev.lanewise.mnist.report;

import dev.lanewise.mnist.report.LineChart.Axis;
import dev.lanewise.mnist.report.LineChart.Line;
import dev.lanewise.mnist.report.LineChart.Point;
import dev.lanewise.mnist.text.Format;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a chart with lines, each with its name at its end. */
final class LinePicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;
  private static final int MOST_MARKS = 24;
  private static final int LABEL_HEIGHT = 18;
  private static final int BAND_OPACITY = 40;

  /** What surrounds lines and names: padding, and the labels of the vertical axis. */
  private static final int FRAME = 120;

  private static final int TICK_DISTANCE = 64;

  private final LineChart spec;
  private final double first;
  private final double last;

  private LinePicture(LineChart spec) {
    this.spec = spec;
    double[] xs =
        spec.lines().stream().flatMap(line -> line.points().stream()).mapToDouble(Point::x).toArray();
    double least = Arrays.stream(xs).min().orElse(0);
    last = Arrays.stream(xs).max().orElse(1);
    first = spec.x().scale() == LineChart.Scale.WHOLE ? Math.min(1, least) : 0;
  }

  static BufferedImage of(LineChart spec) {
    return new LinePicture(spec).draw();
  }

  private BufferedImage draw() {
    double length = Math.max(last - first, spec.x().scale() == LineChart.Scale.WHOLE ? 1 : 1e-3);
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(Math.max(HEIGHT, 140 + LABEL_HEIGHT * spec.lines().size()))
            .title(spec.title())
            .xAxisTitle(spec.x().label())
            .yAxisTitle(spec.y().label())
            .build();
    PictureStyle.plain(chart.getStyler());
    chart
        .getStyler()
        .setXAxisMin(first)
        .setXAxisMax(first + length * (1 + room()))
        .setXAxisTickLabelsFormattingFunction(x -> x > last * 1.0001 ? "" : number(spec.x(), x))
        .setYAxisTickMarkSpacingHint(TICK_DISTANCE)
        .setYAxisTickLabelsFormattingFunction(y -> number(spec.y(), back(spec.y(), y)));
    for (Line line : spec.lines()) {
      boolean marks = line.points().size() <= MOST_MARKS;
      XYSeries series =
          chart.addSeries(
              line.name(),
              line.points().stream().map(Point::x).toList(),
              line.points().stream().map(p -> along(spec.y(), p.y())).toList());
      series.setMarker(marks ? PictureStyle.marker(line.style()) : SeriesMarkers.NONE);
      series.setMarkerColor(PictureStyle.colour(line.style()));
      series.setLineColor(PictureStyle.colour(line.style()));
      series.setLineStyle(PictureStyle.stroke(line.style(), marks ? 2 : 1.3f));
    }
    return PictureStyle.draw(
        chart,
        graphics -> {
          spec.lines().forEach(line -> band(graphics, chart, line));
          names(graphics, chart);
        });
  }

  /** What the names need on the right, as a share of the lines' width. */
  private double room() {
    Font bold = PictureStyle.FONT.deriveFont(Font.BOLD);
    FontRenderContext context = new FontRenderContext(null, true, true);
    double names =
        spec.lines().stream()
            .mapToDouble(line -> bold.getStringBounds(line.name(), context).getWidth())
            .max()
            .orElse(0);
    double lines = Math.max(WIDTH / 3.0, WIDTH - FRAME - names);
    return (WIDTH - FRAME - lines) / lines;
  }

  /** From the lowest to the highest of several seeds. */
  private void band(Graphics2D graphics, XYChart chart, Line line) {
    if (line.points().stream().noneMatch(p -> p.low() < p.high())) {
      return;
    }
    Path2D area = new Path2D.Double();
    for (Point p : line.points()) {
      to(area, chart, p.x(), p.high());
    }
    for (Point p : line.points().reversed()) {
      to(area, chart, p.x(), p.low());
    }
    area.closePath();
    Color colour = PictureStyle.colour(line.style());
    graphics.setColor(
        new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_OPACITY));
    graphics.fill(area);
  }

  private void to(Path2D path, XYChart chart, double x, double y) {
    double left = chart.getScreenXFromChart(x);
    double top = chart.getScreenYFromChart(along(spec.y(), y));
    if (path.getCurrentPoint() == null) {
      path.moveTo(left, top);
    } else {
      path.lineTo(left, top);
    }
  }

  private record Name(Line line, double x, double y) {}

  /** The names, each as high as its line ends, or lower if another one is there. */
  private void names(Graphics2D graphics, XYChart chart) {
    List<Name> names = new ArrayList<>();
    for (Line line : spec.lines()) {
      Point end = line.points().getLast();
      names.add(
          new Name(
              line,
              chart.getScreenXFromChart(end.x()),
              chart.getScreenYFromChart(along(spec.y(), end.y()))));
    }
    names.sort(Comparator.comparingDouble(Name::y));
    double[] heights = new double[names.size()];
    double floor = chart.getHeight() - 70;
    for (int i = names.size() - 1; i >= 0; i--) {
      heights[i] = Math.min(names.get(i).y(), floor);
      floor = heights[i] - LABEL_HEIGHT;
    }
    graphics.setFont(PictureStyle.FONT.deriveFont(Font.BOLD));
    double left = chart.getScreenXFromChart(last);
    for (int i = 0; i < heights.length; i++) {
      Name name = names.get(i);
      graphics.setColor(PictureStyle.colour(name.line().style()));
      if (left - name.x() > 12) {
        graphics.setStroke(new BasicStroke(0.7f));
        graphics.drawLine(
            (int) name.x() + 7, (int) name.y(), (int) left + 8, (int) heights[i]);
      }
      graphics.drawString(name.line().name(), (float) left + 12, (float) heights[i] + 5);
    }
  }

  /** Where a number lies along an axis. */
  private static double along(Axis axis, double value) {
    return switch (axis.scale()) {
      case LINEAR, WHOLE -> value;
      case LOG -> Math.log10(value);
      case ACCURACY -> -Math.log10(1 - value);
    };
  }

  private static double back(Axis axis, double place) {
    return switch (axis.scale()) {
      case LINEAR, WHOLE -> place;
      case LOG -> Math.pow(10, place);
      case ACCURACY -> 1 - Math.pow(10, -place);
    };
  }

  private static String number(Axis axis, double value) {
    return switch (axis.scale()) {
      case WHOLE -> value == Math.rint(value) && value >= 1 ? Format.whole(value) : "";
      case ACCURACY -> String.format(Locale.ROOT, value > 0.99 ? "%.2f" : "%.1f", 100 * value);
      case LINEAR, LOG -> twoDigits(value);
    };
  }

  /** Two digits. An axis whose values are near a double's limits has ticks beyond them, which get no label. */
  private static String twoDigits(double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros();
    double size = Math.abs(value);
    return size != 0 && (size < 1e-6 || size >= 1e7) ? rounded.toString() : rounded.toPlainString();
  }
}
