package dev.lanewise.bench;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step of a certain size. The network is the MNIST network, but pads its images, so that small ones are
 * large enough for it.
 *
 * @param series what grows in the row of cases that this one belongs to
 * @param batch images in a step
 * @param side height and width of an image
 * @param width factor of the filters and units of all layers but the last
 * @param threads threads that share a step
 */
record GrowthCase(String series, int batch, int side, double width, int threads) {
  private static final int TAPS = 9;

  /** Sizes beside those that a series varies. */
  private static final int BATCH = Workload.BATCH;

  private static final int SIDE = 28;
  private static final int LARGEST_BATCH = 1024;

  /** All cases, series by series, on one thread and on as many more as there are. */
  static List<GrowthCase> all(int cores) {
    List<GrowthCase> cases = new ArrayList<>();
    for (int threads = 1; threads <= cores; threads *= 2) {
      for (int batch = 1; batch <= LARGEST_BATCH; batch *= 2) {
        cases.add(new GrowthCase("batch", batch, SIDE, 1, threads));
      }
      for (int side : new int[] {14, 28, 56, 112}) {
        cases.add(new GrowthCase("image", BATCH, side, 1, threads));
      }
      for (double width : new double[] {0.5, 1, 2, 4}) {
        cases.add(new GrowthCase("width", BATCH, SIDE, width, threads));
      }
    }
    return cases;
  }

  private int units(int units) {
    return (int) (units * width);
  }

  Sequential network() {
    return Sequential.of(
        Shape.of(side, side, 1),
        Conv2D.of(units(32), 3).padSame(), new ReLU(), MaxPool2D.of(2),
        Conv2D.of(units(64), 3).padSame(), new ReLU(), MaxPool2D.of(2),
        Conv2D.of(units(64), 3).padSame(), new ReLU(), new Flatten(),
        Dense.of(units(64)), new ReLU(), Dense.of(Workload.CLASSES));
  }

  /**
   * Billions of operations in the products of a step: forward, gradient of the weights, and gradient of the inputs
   * other than the images. A row or column that a pooling drops is not computed.
   */
  double gflop() {
    int second = side / 2;
    int third = second / 2;
    double first = even(side) * TAPS * units(32);
    double rest =
        even(second) * TAPS * units(32) * units(64)
            + (double) third * third * TAPS * units(64) * units(64)
            + (double) third * third * units(64) * units(64)
            + units(64) * (double) Workload.CLASSES;
    return 2e-9 * batch * (2 * first + 3 * rest);
  }

  /** Pixels of a square without an odd last row and column. */
  private static double even(int side) {
    double whole = side / 2 * 2;
    return whole * whole;
  }

  /** What grows, as a number. */
  double size() {
    return switch (series) {
      case "batch" -> batch;
      case "image" -> side;
      default -> width;
    };
  }
}
