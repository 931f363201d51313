package dev.lanewise.bench;

import java.util.List;

/**
 * The line {@code y = fixed + slope * x} whose deviations, each as a part of its y, have the least sum of squares. So
 * small values count as much as large ones.
 *
 * @param worst the largest deviation as a part of its y
 */
record LinearFit(double fixed, double slope, double worst) {
  /**
   * Fits the line.
   *
   * @param x two different values or more
   * @param y as many, above 0
   */
  static LinearFit of(List<Double> x, List<Double> y) {
    double weights = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    for (int i = 0; i < x.size(); i++) {
      double weight = 1 / (y.get(i) * y.get(i));
      weights += weight;
      sumX += weight * x.get(i);
      sumY += weight * y.get(i);
      sumXx += weight * x.get(i) * x.get(i);
      sumXy += weight * x.get(i) * y.get(i);
    }
    double slope = (weights * sumXy - sumX * sumY) / (weights * sumXx - sumX * sumX);
    double fixed = (sumY - slope * sumX) / weights;
    double worst = 0;
    for (int i = 0; i < x.size(); i++) {
      worst = Math.max(worst, Math.abs(fixed + slope * x.get(i) - y.get(i)) / y.get(i));
    }
    return new LinearFit(fixed, slope, worst);
  }

  double at(double x) {
    return fixed + slope * x;
  }
}
