package dev.lanewise.mnist.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What all pictures have in common: the light colours of the page, its marks and dashes. */
final class PictureStyle {
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Color ACCENT = new Color(0x0072b2);
  private static final Color INK = new Color(0x1d2129);
  private static final Color QUIET = new Color(0x5a6270);
  private static final Color LINE = new Color(0xdfe2e7);

  /** Pixels of the picture for one of the chart's, so that it is sharp on paper, too. */
  private static final int DENSITY = 2;

  /** Okabe and Ito's, darker where text would be too pale on white; their second blue is violet. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072b2), new Color(0xc24e00), new Color(0x007f5c), new Color(0xa8478a),
          new Color(0x3d4450), new Color(0x9a6700), new Color(0x6b5bd2));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND, SeriesMarkers.CROSS, SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.TRAPEZOID);

  private static final float[][] DASHES = {null, {7, 4}, {2, 3}};

  private PictureStyle() {}

  static Color colour(int style) {
    return COLOURS.get(style % COLOURS.size());
  }

  static Marker marker(int style) {
    return MARKERS.get(style % MARKERS.size());
  }

  static BasicStroke stroke(int style, float width) {
    float[] dash = DASHES[style / COLOURS.size() % DASHES.length];
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
  }

  static void plain(AxesChartStyler styler) {
    styler
        .setBaseFont(FONT)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setChartTitleFont(FONT.deriveFont(Font.BOLD, 16f))
        .setChartPadding(16)
        .setPlotBorderVisible(false)
        .setLegendVisible(false);
    styler
        .setAxisTickLabelsFont(FONT)
        .setAxisTickLabelsColor(QUIET)
        .setAxisTitleFont(FONT)
        .setAxisTicksLineVisible(false)
        .setAxisTicksMarksVisible(false)
        .setPlotGridLinesColor(LINE)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setPlotGridVerticalLinesVisible(false);
  }

  /** Something to draw over a chart, in its coordinates. */
  interface Overlay {
    void draw(Graphics2D graphics);
  }

  static BufferedImage draw(Chart<?, ?> chart, Overlay overlay) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image =
        new BufferedImage(DENSITY * width, DENSITY * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(DENSITY, DENSITY);
    graphics.setRenderingHint(
        RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    chart.paint(graphics, width, height);
    overlay.draw(graphics);
    graphics.dispose();
    return image;
  }
}
