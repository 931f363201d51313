package dev.lanewise.mnist.results;

import dev.lanewise.engine.train.EpochResult;
import java.util.List;

/**
 * What became of one model, as it stands in results.json. Accuracies are shares from 0 to 1.
 *
 * @param optimizer the rule's name
 * @param seed of the model's first parameters and of the order of the images
 * @param learningRate the rule's rate
 * @param epochs what each epoch came to
 * @param testAccuracy on the test images, after the last epoch
 * @param testLoss the same
 * @param seconds the whole run
 * @param parametersSha256 hash of the trained parameters: equal hashes mean equal bits
 * @param stateBytesPerParameter memory that the rule itself takes
 * @param memory what the training took
 * @param steps how the loss went
 * @param predictions what the trained model takes the test images for
 */
public record RunResult(
    String optimizer,
    long seed,
    double learningRate,
    List<Epoch> epochs,
    double testAccuracy,
    double testLoss,
    double seconds,
    String parametersSha256,
    int stateBytesPerParameter,
    Memory memory,
    List<Step> steps,
    TestPredictions predictions)
    implements Course {

  /**
   * Memory off the heap, in bytes.
   *
   * @param model the parameters
   * @param optimizer what the rule keeps
   * @param trainer all that the training takes besides the model: the above, gradients, activations
   */
  public record Memory(long model, long optimizer, long trainer) {}

  /** One epoch. */
  public record Epoch(
      double trainLoss,
      double trainAccuracy,
      double validationLoss,
      double validationAccuracy,
      double seconds,
      double imagesPerSecond) {

    public static Epoch of(EpochResult result) {
      return new Epoch(
          result.trainLoss(),
          result.trainAccuracy(),
          result.validationLoss(),
          result.validationAccuracy(),
          result.seconds(),
          result.imagesPerSecond());
    }
  }

  @Override
  public String outcome() {
    return FINISHED;
  }

  public Epoch last() {
    return epochs.getLast();
  }

  /** Training images a second over all epochs, validation not counted. */
  public double imagesPerSecond() {
    // All epochs have equally many images, so the harmonic mean is images by time.
    return epochs.size() / epochs.stream().mapToDouble(e -> 1 / e.imagesPerSecond()).sum();
  }
}
