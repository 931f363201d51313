package dev.lanewise.mnist.comparison;

import dev.lanewise.mnist.metrics.StepMetrics;
import dev.lanewise.mnist.text.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text of the live line. */
final class LiveText {
  private static final int MIN_BAR = 12;
  private static final int MAX_BAR = 32;
  private static final String GAP = "  ";

  private LiveText() {}

  /**
   * Says how far an epoch has come, and how long everything still takes. Where the width does not do, the bar is left out and then whole
   * pieces of the text, the most important ones last.
   *
   * @param run which run, and which of its epochs
   * @param step the last step
   * @param speed images trained in a second
   * @param left seconds to the end of the last epoch of all runs
   * @param columns how long the text may be
   */
  static String of(String run, StepMetrics step, double speed, double left, int columns) {
    int done = step.samplesDone();
    int total = step.samples();
    String loss = "loss " + Format.loss(step.meanLoss());
    String accuracy = "acc. " + Format.percent(step.accuracy());
    String images = String.format(Locale.ROOT, "%7s images/s", Format.whole(speed));
    String rest = done == total ? "validating" : left(left);
    List<String> pieces = new ArrayList<>();
    pieces.add(run);
    pieces.add(String.format(Locale.ROOT, "%3d %%", 100L * done / total));
    pieces.add(loss);
    pieces.add(accuracy);
    pieces.add(images);
    pieces.add(String.format(Locale.ROOT, "%-10s", rest));
    for (String piece : List.of(accuracy, images, loss)) {
      if (length(pieces) > columns) {
        pieces.remove(piece);
      }
    }
    while (pieces.size() > 1 && length(pieces) > columns) {
      pieces.removeLast();
    }
    String text = String.join(GAP, pieces);
    int bar = Math.min(MAX_BAR, columns - text.length() - GAP.length());
    return bar < MIN_BAR ? text : text + GAP + bar(bar, (double) done / total);
  }

  private static int length(List<String> pieces) {
    return String.join(GAP, pieces).length();
  }

  private static String left(double seconds) {
    long whole = (long) Math.ceil(seconds);
    if (whole < 60) {
      return whole + " s left";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d left", whole / 60, whole % 60)
        : String.format(Locale.ROOT, whole < 36_000 ? "%.1f h left" : "%.0f h left", whole / 3600.0);
  }

  private static String bar(int columns, double share) {
    int inner = columns - 2;
    int full = (int) (share * inner);
    return "[" + "#".repeat(full) + ".".repeat(inner - full) + "]";
  }
}
