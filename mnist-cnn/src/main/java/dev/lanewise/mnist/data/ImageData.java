package dev.lanewise.mnist.data;

import dev.lanewise.mnist.data.IdxReader.Content;
import dev.lanewise.mnist.data.IdxReader.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A labelled set of grey pictures in two parts, one to train on and one to test on.
 *
 * <p>Immutable as long as nobody writes into the arrays: they are handed out without a copy, since
 * MNIST alone has 55 MB, and are meant to be read only. Then safe for any number of threads.
 */
public final class ImageData {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  private final Content trainImages;
  private final Content trainLabels;
  private final Content testImages;
  private final Content testLabels;
  private final int classes;

  private ImageData(Source source) {
    trainImages = source.read(TRAIN_IMAGES, Kind.IMAGES);
    trainLabels = source.read(TRAIN_LABELS, Kind.LABELS);
    checkCounts(source, trainImages, TRAIN_LABELS, trainLabels);
    testImages = source.read(TEST_IMAGES, Kind.IMAGES);
    testLabels = source.read(TEST_LABELS, Kind.LABELS);
    checkCounts(source, testImages, TEST_LABELS, testLabels);
    checkSizes(source, trainImages, testImages);
    classes = maxLabel(trainLabels) + 1;
    int testMax = maxLabel(testLabels);
    if (testMax >= classes) {
      throw new DataException(
          source.nameOf(TEST_LABELS),
          "label " + testMax + ", but the training labels end at " + (classes - 1));
    }
  }

  /**
   * The MNIST digits that come with the application.
   *
   * @return 60,000 pictures of 28 by 28 to train on and 10,000 to test on
   */
  public static ImageData bundled() {
    return new ImageData(new BundledSource());
  }

  /**
   * Reads the four files of MNIST, or of a set in its format, from a directory. Each may be plain
   * or compressed (its name ending in {@code .gz}); if both are there, the plain one is read.
   * Pictures of any size and up to 256 classes are accepted.
   *
   * @param directory where the files are
   * @return the data
   * @throws DataException if a file is missing, damaged or does not go with the others
   */
  public static ImageData load(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new DataException(
          directory.toString(), Files.exists(directory) ? "not a directory" : "no such directory");
    }
    return new ImageData(new DirectorySource(directory));
  }

  /**
   * The training pictures, one after the other, each row by row with one unsigned byte a pixel.
   *
   * @return the shared array, read only
   */
  public byte[] trainImages() {
    return trainImages.data();
  }

  /**
   * The class of each training picture, from 0, as unsigned bytes.
   *
   * @return the shared array, read only
   */
  public byte[] trainLabels() {
    return trainLabels.data();
  }

  /**
   * The test pictures, laid out as {@link #trainImages()}.
   *
   * @return the shared array, read only
   */
  public byte[] testImages() {
    return testImages.data();
  }

  /**
   * The class of each test picture, laid out as {@link #trainLabels()}.
   *
   * @return the shared array, read only
   */
  public byte[] testLabels() {
    return testLabels.data();
  }

  /**
   * The height of every picture.
   *
   * @return a positive number
   */
  public int rows() {
    return trainImages.dims()[1];
  }

  /**
   * The width of every picture.
   *
   * @return a positive number
   */
  public int columns() {
    return trainImages.dims()[2];
  }

  /**
   * The number of classes: the largest training label and one.
   *
   * @return 1 to 256
   */
  public int classes() {
    return classes;
  }

  /**
   * The number of training pictures.
   *
   * @return a positive number
   */
  public int trainCount() {
    return trainLabels.data().length;
  }

  /**
   * The number of test pictures.
   *
   * @return a positive number
   */
  public int testCount() {
    return testLabels.data().length;
  }

  /**
   * What identifies the data: the SHA-256 of each file's uncompressed bytes, in lower-case hex.
   *
   * @return an unmodifiable map from the file's name (without {@code .gz}), in the order train
   *     images, train labels, test images, test labels
   */
  public Map<String, String> sha256() {
    Map<String, String> sums = new LinkedHashMap<>();
    sums.put(TRAIN_IMAGES, trainImages.sha256());
    sums.put(TRAIN_LABELS, trainLabels.sha256());
    sums.put(TEST_IMAGES, testImages.sha256());
    sums.put(TEST_LABELS, testLabels.sha256());
    return Collections.unmodifiableMap(sums);
  }

  private static void checkCounts(Source source, Content images, String labelFile, Content labels) {
    int pictures = images.dims()[0];
    if (labels.dims()[0] != pictures) {
      throw new DataException(
          source.nameOf(labelFile), labels.dims()[0] + " labels for " + pictures + " images");
    }
  }

  private static void checkSizes(Source source, Content train, Content test) {
    if (train.dims()[1] != test.dims()[1] || train.dims()[2] != test.dims()[2]) {
      throw new DataException(
          source.nameOf(TEST_IMAGES),
          "images of " + size(test) + ", but those to train on are " + size(train));
    }
  }

  private static String size(Content images) {
    return images.dims()[1] + "x" + images.dims()[2];
  }

  private static int maxLabel(Content labels) {
    int max = 0;
    for (byte label : labels.data()) {
      max = Math.max(max, label & 0xff);
    }
    return max;
  }

  /** Where the four files come from. */
  private sealed interface Source {
    /** The place of a file as the user knows it. */
    String nameOf(String file);

    Content read(String file, Kind kind);
  }

  private record BundledSource() implements Source {
    @Override
    public String nameOf(String file) {
      return "bundled " + file + ".gz";
    }

    @Override
    public Content read(String file, Kind kind) {
      try (InputStream in = ImageData.class.getResourceAsStream(file + ".gz")) {
        if (in == null) {
          throw new DataException(nameOf(file), "missing");
        }
        return IdxReader.read(nameOf(file), in, true, kind);
      } catch (IOException e) {
        throw new DataException(nameOf(file), "cannot be read: " + e);
      }
    }
  }

  private record DirectorySource(Path directory) implements Source {
    @Override
    public String nameOf(String file) {
      return pathOf(file).toString();
    }

    private Path pathOf(String file) {
      Path plain = directory.resolve(file);
      Path gzip = directory.resolve(file + ".gz");
      return Files.exists(plain) || !Files.exists(gzip) ? plain : gzip;
    }

    @Override
    public Content read(String file, Kind kind) {
      Path path = pathOf(file);
      if (!Files.exists(path)) {
        throw new DataException(path.toString(), "missing, and so is " + file + ".gz");
      }
      if (!Files.isRegularFile(path)) {
        throw new DataException(path.toString(), "not a file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        return IdxReader.read(path.toString(), in, path.toString().endsWith(".gz"), kind);
      } catch (IOException e) {
        throw new DataException(path.toString(), "cannot be read: " + e);
      }
    }
  }
}
