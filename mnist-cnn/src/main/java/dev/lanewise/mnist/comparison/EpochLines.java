package dev.lanewise.mnist.comparison;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.mnist.text.Format;
import java.util.Collection;
import java.util.Locale;

/** The lines that finished epochs leave: columns of fixed width under one heading. */
final class EpochLines {
  private static final String VALUES = "  %10s  %6s  %11s  %6s  %7s  %8s";

  private final int nameColumns;
  private final int seedColumns;
  private final int epochs;
  private final boolean narrow;

  /**
   * Lays the columns out.
   *
   * @param optimizers the names that will appear
   * @param seeds the seeds that will appear; one alone gets no column
   * @param epochs of each run
   * @param columns of the terminal; 0 without one. Where not everything fits, the training loss
   *     and the validation accuracy remain
   */
  EpochLines(Collection<String> optimizers, Collection<Long> seeds, int epochs, int columns) {
    this.epochs = epochs;
    nameColumns =
        optimizers.stream().mapToInt(String::length).reduce("optimizer".length(), Math::max);
    seedColumns =
        seeds.size() == 1
            ? 0
            : seeds.stream()
                .mapToInt(s -> s.toString().length())
                .reduce("seed".length(), Math::max);
    int width = run("", "", "").length() + VALUES.formatted("", "", "", "", "", "").length();
    narrow = columns > 0 && width > columns;
  }

  String heading() {
    return run("optimizer", "seed", "epoch")
        + values("train loss", "acc. %", "valid. loss", "acc. %", "seconds", "images/s");
  }

  String line(String optimizer, long seed, EpochResult epoch) {
    return run(optimizer, seed, epoch.epoch())
        + values(
            Format.loss(epoch.trainLoss()),
            Format.percent(epoch.trainAccuracy()),
            Format.loss(epoch.validationLoss()),
            Format.percent(epoch.validationAccuracy()),
            Format.seconds(epoch.seconds()),
            Format.whole(epoch.imagesPerSecond()));
  }

  private String values(
      String trainLoss,
      String trainAccuracy,
      String validationLoss,
      String validationAccuracy,
      String seconds,
      String speed) {
    return narrow
        ? "  %6s  %6s".formatted(trainLoss.replace("train ", ""), validationAccuracy)
        : VALUES.formatted(
            trainLoss, trainAccuracy, validationLoss, validationAccuracy, seconds, speed);
  }

  /** The first columns, which say what the line is about. */
  String run(String optimizer, long seed, int epoch) {
    return run(optimizer, Long.toString(seed), epoch + "/" + epochs);
  }

  private String run(String optimizer, String seed, String epoch) {
    StringBuilder text = new StringBuilder(pad(optimizer, -nameColumns));
    if (seedColumns > 0) {
      text.append("  ").append(pad(seed, seedColumns));
    }
    int epochColumns = Math.max("epoch".length(), 2 * Integer.toString(epochs).length() + 1);
    return text.append("  ").append(pad(epoch, epochColumns)).toString();
  }

  private static String pad(String text, int columns) {
    return String.format(Locale.ROOT, "%" + columns + "s", text);
  }
}
