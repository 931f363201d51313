package dev.lanewise.bench;

import static java.util.Comparator.comparingDouble;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/** Charts as SVG files, in colours that the colour-blind can tell apart. */
final class Charts {
  /** Okabe and Ito 2008, without black and the yellow that white swallows. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
          new Color(0xE69F00), new Color(0x56B4E9), new Color(0x555555));

  private static final List<Marker> MARKERS =
      List.of(SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND);

  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final int DIGITS = 1;
  private static final int WIDTH = 860;
  private static final int LINES_HEIGHT = 480;
  private static final int BAR_HEIGHT = 18;
  private static final int FRAME_HEIGHT = 130;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private Charts() {}

  /**
   * Points that a line connects.
   *
   * @param name what its end is labelled with
   * @param x ascending and above 0
   * @param y as many, NaN where there is none
   * @param measured whether it has marks, a colour and its name; otherwise it is a thin grey line behind the others
   */
  record Line(String name, List<Double> x, List<Double> y, boolean measured) {}

  /** How the axis upward is divided. */
  enum Scale {
    /** From 0 to 1. */
    SHARE,
    /** From 0 to a little more than the largest value. */
    FROM_ZERO,
    /** By powers. */
    LOGARITHMIC
  }

  /**
   * Draws lines over a logarithmic axis, each with its name at its end.
   *
   * @throws IOException if the file cannot be written
   */
  static void lines(Path file, String title, String xName, String yName, Scale scale, List<Line> lines)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(LINES_HEIGHT)
            .title(title)
            .xAxisTitle(xName)
            .yAxisTitle(yName)
            .build();
    double left = lines.stream().mapToDouble(line -> line.x().getFirst()).min().orElse(1);
    double right = lines.stream().mapToDouble(line -> line.x().getLast()).max().orElse(1);
    double reach =
        scale == Scale.SHARE ? 1 : 1.1 * lines.stream().mapToDouble(Charts::largest).max().orElse(1);
    // The names need room behind the lines' ends.
    double room = Math.pow(right / left, 0.3);
    plain(chart.getStyler());
    chart
        .getStyler()
        .setXAxisLogarithmic(true)
        .setXAxisMin(left)
        .setXAxisMax(right * room)
        .setXAxisTickLabelsFormattingFunction(x -> x > right * 1.01 ? "" : Report.decimal(x, 0))
        .setLegendVisible(false)
        .setAnnotationTextFont(FONT);
    if (scale == Scale.LOGARITHMIC) {
      chart.getStyler().setYAxisLogarithmic(true);
    } else {
      chart.getStyler().setYAxisMin(0.0).setYAxisMax(reach);
    }
    List<Line> named = lines.stream().filter(Line::measured).toList();
    lines.stream().filter(line -> !line.measured()).forEach(line -> addBehind(chart, line));
    double[] ends = named.stream().mapToDouble(Charts::end).toArray();
    double[] heights = scale == Scale.LOGARITHMIC ? ends : apart(ends, 0.045 * reach);
    for (int i = 0; i < heights.length; i++) {
      Line line = named.get(i);
      Color colour = COLOURS.get(i % COLOURS.size());
      XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
      series.setMarker(MARKERS.get(i % MARKERS.size())).setMarkerColor(colour);
      series.setLineColor(colour).setLineStyle(new BasicStroke(2));
      double at = scale == Scale.LOGARITHMIC ? line.x().getLast() : right;
      chart.addAnnotation(new AnnotationText(line.name(), at * Math.sqrt(room), heights[i], false));
    }
    write(file, chart);
  }

  /**
   * Draws bars from left to right, each with its value.
   *
   * @param categories names of the groups, from top to bottom
   * @param series values for each category, NaN where there is none: it has no bar
   * @throws IOException if the file cannot be written
   */
  static void bars(Path file, String title, String xName, List<String> categories, Map<String, List<Double>> series)
      throws IOException {
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder()
            .width(WIDTH)
            .height(FRAME_HEIGHT + BAR_HEIGHT * (series.size() + 1) * categories.size())
            .title(title)
            .xAxisTitle(xName)
            .build();
    plain(chart.getStyler());
    chart
        .getStyler()
        .setLabelsVisible(true)
        .setLabelsFont(FONT)
        .setAvailableSpaceFill(0.85)
        .setXAxisMin(0.0)
        .setXAxisDecimalPattern("0.00")
        .setXAxisTickMarkSpacingHint(2 * BAR_HEIGHT) // or names of categories are left out
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(Styler.LegendLayout.Horizontal);
    int next = 0;
    for (Map.Entry<String, List<Double>> entry : series.entrySet()) {
      List<Double> values = entry.getValue().stream().map(value -> Double.isNaN(value) ? 0 : value).toList();
      chart
          .addSeries(entry.getKey(), values, categories)
          .setFillColor(COLOURS.get(next++ % COLOURS.size()));
    }
    write(file, chart);
  }

  private static void plain(AxesChartStyler styler) {
    styler
        .setBaseFont(FONT)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleFont(FONT.deriveFont(Font.BOLD, 15f))
        .setPlotBorderVisible(false)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(FONT);
    styler.setAxisTickLabelsFont(FONT).setAxisTitleFont(FONT).setPlotGridLinesColor(new Color(0xDDDDDD));
  }

  private static void addBehind(XYChart chart, Line line) {
    XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(new Color(0x999999)).setLineStyle(new BasicStroke(1));
  }

  private static double largest(Line line) {
    return line.y().stream().filter(y -> !Double.isNaN(y)).mapToDouble(y -> y).max().orElse(0);
  }

  private static double end(Line line) {
    return line.y().reversed().stream().filter(y -> !Double.isNaN(y)).findFirst().orElse(0.0);
  }

  /** The same heights, moved up where two would lie less than a gap apart. */
  static double[] apart(double[] heights, double gap) {
    double[] result = heights.clone();
    double least = Double.NEGATIVE_INFINITY;
    for (int i : IntStream.range(0, heights.length).boxed().sorted(comparingDouble(i -> heights[i])).toList()) {
      result[i] = Math.max(heights[i], least);
      least = result[i] + gap;
    }
    return result;
  }

  private static void write(Path file, Chart<?, ?> chart) throws IOException {
    try {
      Document document =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(SVG, "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setPrecision(DIGITS);
      SVGGraphics2D graphics = new SVGGraphics2D(context, false);
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      graphics.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
      try (Writer writer = Files.newBufferedWriter(file)) {
        graphics.stream(writer, true);
      }
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java platform has a document builder", e);
    }
  }
}
