package dev.lanewise.mnist.training;

import dev.lanewise.mnist.data.Split;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The published comparison that the default run repeats. */
public final class Published {
  private static final int MNIST_IMAGES = 60_000;

  /** Validation accuracies after five epochs, in percent. There is none of momentum. */
  private static final Map<String, Double> PERCENT =
      Map.of("sgd", 96.50, "adagrad", 89.28, "adam", 98.97, "rmsprop", 98.95);

  private Published() {}

  /** The published validation accuracy, as a share; null where there is none. */
  public static @Nullable Double validationAccuracy(String optimizer) {
    Double percent = PERCENT.get(optimizer);
    return percent == null ? null : percent / 100;
  }

  /** Whether results may stand beside the published ones: same data, same protocol. */
  public static boolean comparable(Settings settings, Split split) {
    return settings.data() == null
        && split.total() == MNIST_IMAGES
        && settings.epochs() == Settings.EPOCHS
        && settings.batchSize() == Settings.BATCH_SIZE
        && settings.defaultRates()
        && settings.schedule().isConstant();
  }
}
