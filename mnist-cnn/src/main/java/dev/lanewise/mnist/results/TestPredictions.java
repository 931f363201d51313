package dev.lanewise.mnist.results;

import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.data.ImageData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a trained model takes the test images for, as it stands in results.json.
 *
 * @param confusion rows are the true classes, columns the predicted ones: numbers of images
 * @param mistakes those it was surest of, the surest first, at most {@value #MOST_MISTAKES}
 */
public record TestPredictions(List<List<Integer>> confusion, List<Mistake> mistakes) {
  /** How many mistakes are kept. */
  static final int MOST_MISTAKES = 12;

  /**
   * An image taken for something else.
   *
   * @param image its index among the test images, from 0
   * @param label its class
   * @param predicted the class it was taken for
   * @param probability of that class, as the model sees it
   */
  public record Mistake(int image, int label, int predicted, float probability) {}

  /** Shows a model each test image. */
  public static TestPredictions of(Model model, ImageData images) {
    byte[] image = new byte[images.rows() * images.columns()];
    float[] probabilities = new float[images.classes()];
    int[][] confusion = new int[images.classes()][images.classes()];
    List<Mistake> mistakes = new ArrayList<>();
    try (Predictor predictor = new Predictor(model)) {
      for (int i = 0; i < images.testCount(); i++) {
        System.arraycopy(images.testImages(), i * image.length, image, 0, image.length);
        predictor.probabilities(image, probabilities);
        int label = images.testLabels()[i] & 0xff;
        int predicted = indexOfLargest(probabilities);
        confusion[label][predicted]++;
        if (predicted != label) {
          mistakes.add(new Mistake(i, label, predicted, probabilities[predicted]));
        }
      }
    }
    mistakes.sort(
        comparingDouble(Mistake::probability).reversed().thenComparing(comparingInt(Mistake::image)));
    return new TestPredictions(
        Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList(),
        List.copyOf(mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()))));
  }

  private static int indexOfLargest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[largest]) {
        largest = i;
      }
    }
    return largest;
  }
}
