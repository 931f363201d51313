package dev.lanewise.mnist;

/** The application. */
public final class Main {
  private Main() {}

  /**
   * Prints the size of the bundled data.
   *
   * @param args unused
   */
  public static void main(String[] args) {
    ImageData data = ImageData.bundled();
    System.out.printf(
        "%d training and %d test images of %dx%d in %d classes%n",
        data.trainCount(), data.testCount(), data.rows(), data.columns(), data.classes());
  }
}
