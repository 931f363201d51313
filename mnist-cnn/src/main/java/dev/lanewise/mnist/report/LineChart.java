package dev.lanewise.mnist.report;

import java.util.List;

/**
 * What a chart with lines shows, wherever it is drawn.
 *
 * @param id of the chart, fit for a file name
 * @param title what it is about
 * @param text how to read it, in one or two sentences
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param lines at least one point in all
 */
record LineChart(String id, String title, String text, Axis x, Axis y, List<Line> lines) {

  /** How numbers lie along an axis. */
  enum Scale {
    /** Evenly. */
    LINEAR,

    /** Evenly, and only whole ones are labelled. */
    WHOLE,

    /** By their logarithm. They are positive. */
    LOG,

    /** Shares below 1, by the logarithm of what is missing to 1. */
    ACCURACY
  }

  /**
   * An axis.
   *
   * @param label what its numbers are, with their unit
   * @param scale how they lie along it
   */
  record Axis(String label, Scale scale) {}

  /**
   * A line.
   *
   * @param name stands at its end
   * @param style number of its colour, marks and dashes: one number for an optimizer in all charts
   * @param points in ascending order of x
   */
  record Line(String name, int style, List<Point> points) {}

  /**
   * A point of a line.
   *
   * @param x where
   * @param y the value, a mean where there are several
   * @param low the smallest of them
   * @param high the largest of them
   */
  record Point(double x, double y, double low, double high) {}
}
