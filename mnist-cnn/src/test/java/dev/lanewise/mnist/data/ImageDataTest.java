package dev.lanewise.mnist.data;

import static dev.lanewise.mnist.IdxFiles.idx;
import static dev.lanewise.mnist.IdxFiles.images;
import static dev.lanewise.mnist.IdxFiles.labels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD) // what hangs need not heed an interrupt
class ImageDataTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  @TempDir Path dir;

  /** A valid set: three pictures of 2x5 to train on, two to test on, labels up to 200. */
  @BeforeEach
  void writeAValidSet() throws IOException {
    put(TRAIN_IMAGES, images(3, 2, 5));
    put(TRAIN_LABELS, labels(0, 200, 7));
    put(TEST_IMAGES, images(2, 2, 5));
    put(TEST_LABELS, labels(200, 1));
  }

  @Test
  void theBundledDigitsAreMnist() {
    ImageData data = ImageData.bundled();

    assertThat(data.trainCount()).isEqualTo(60_000);
    assertThat(data.testCount()).isEqualTo(10_000);
    assertThat(data.rows()).isEqualTo(28);
    assertThat(data.columns()).isEqualTo(28);
    assertThat(data.classes()).isEqualTo(10);
    assertThat(data.trainImages()).hasSize(60_000 * 784);
    assertThat(data.testImages()).hasSize(10_000 * 784);
    assertThat(Arrays.copyOf(data.trainLabels(), 5)).containsExactly(5, 0, 4, 1, 9);
    assertThat(Arrays.copyOf(data.testLabels(), 5)).containsExactly(7, 2, 1, 0, 4);
    assertThat(data.sha256())
        .containsEntry(
            TRAIN_IMAGES, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
        .containsEntry(
            TRAIN_LABELS, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")
        .containsEntry(
            TEST_IMAGES, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
        .containsEntry(
            TEST_LABELS, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");
  }

  @Test
  void readsPicturesOfAnySizeAndUpTo256Classes() throws IOException {
    ImageData data = ImageData.load(dir);

    assertThat(data.rows()).isEqualTo(2);
    assertThat(data.columns()).isEqualTo(5);
    assertThat(data.trainCount()).isEqualTo(3);
    assertThat(data.testCount()).isEqualTo(2);
    assertThat(data.classes()).isEqualTo(201);
    assertThat(data.trainLabels()).containsExactly(0, 200, 7);
    assertThat(data.testLabels()).containsExactly(200, 1);
    assertThat(data.trainImages()).isEqualTo(tail(images(3, 2, 5), 16));
    assertThat(data.testImages()).isEqualTo(tail(images(2, 2, 5), 16));
  }

  @Test
  void readsFilesOfMoreThanOneChunk() throws IOException {
    put(TRAIN_IMAGES, images(3, 1000, 1100));
    put(TEST_IMAGES, images(2, 1000, 1100));

    assertThat(ImageData.load(dir).trainImages()).isEqualTo(tail(images(3, 1000, 1100), 16));
  }

  @Test
  void compressedFilesGiveTheSameData() throws IOException {
    ImageData plain = ImageData.load(dir);
    for (String name : new String[] {TRAIN_IMAGES, TEST_LABELS}) {
      put(name + ".gz", gzip(Files.readAllBytes(dir.resolve(name))));
      Files.delete(dir.resolve(name));
    }
    ImageData mixed = ImageData.load(dir);

    assertThat(mixed.trainImages()).isEqualTo(plain.trainImages());
    assertThat(mixed.sha256()).isEqualTo(plain.sha256());
  }

  @Test
  void aPlainFileIsPreferredToACompressedOne() throws IOException {
    put(TRAIN_LABELS + ".gz", new byte[] {1, 2, 3});

    assertThat(ImageData.load(dir).trainLabels()).containsExactly(0, 200, 7);
  }

  @Test
  void namesADirectoryThatIsNone() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageData.load(dir.resolve("no")))
        .withMessage(dir.resolve("no") + ": no such directory");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageData.load(dir.resolve(TEST_LABELS)))
        .withMessage(dir.resolve(TEST_LABELS) + ": not a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS})
  void namesAMissingFile(String name) throws IOException {
    Files.delete(dir.resolve(name));
    assertFault(name, "missing, and so is " + name + ".gz");
    Files.createDirectory(dir.resolve(name));
    assertFault(name, "not a file");
  }

  @Test
  void messagesAreOneLine() {
    Path odd = dir.resolve("a\nb");

    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageData.load(odd))
        .withMessageContaining("a?b: no such directory");
  }

  @ParameterizedTest
  @CsvSource({"0, truncated in its header", "15, truncated in its header", "16, 0 of 30", "45, 29"})
  void findsTruncation(int length, String fault) throws IOException {
    put(TRAIN_IMAGES, Arrays.copyOf(images(3, 2, 5), length));
    assertFault(TRAIN_IMAGES, "truncated", fault);
  }

  @Test
  void findsTrailingBytes() throws IOException {
    put(TRAIN_LABELS, Arrays.copyOf(labels(0, 200, 7), 12));
    assertFault(TRAIN_LABELS, "trailing bytes after 3");
  }

  @Test
  void findsAWrongMagic() throws IOException {
    put(TEST_IMAGES, labels(1, 2));
    assertFault(TEST_IMAGES, "wrong magic 0x00000801, 0x00000803 expected for images");
    put(TEST_IMAGES, gzip(images(2, 2, 5)));
    assertFault(TEST_IMAGES, "wrong magic 0x1f8b", "must end in .gz");
  }

  @Test
  void findsCountsThatDisagree() throws IOException {
    put(TRAIN_LABELS, labels(0, 200));
    assertFault(TRAIN_LABELS, "2 labels for 3 images");
    put(TRAIN_LABELS, labels(0, 200, 7));
    put(TEST_LABELS, labels(0, 1, 2));
    assertFault(TEST_LABELS, "3 labels for 2 images");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 28, 28, no images",
    "-1, 28, 28, sizes must be positive",
    "3, 0, 5, sizes must be positive",
    "3, 2, -5, sizes must be positive",
    "2147483647, 2147483647, 2147483647, exceed the limit of 2147483639 bytes",
    "65536, 65536, 1, exceed the limit of 2147483639 bytes",
    "2147483647, 1, 1, exceed the limit of 2147483639 bytes"
  })
  void findsImpossibleSizes(int count, int rows, int columns, String fault) throws IOException {
    put(TRAIN_IMAGES, idx(0x803, new byte[0], count, rows, columns));
    assertFault(TRAIN_IMAGES, fault);
  }

  @Test
  void aLyingHeaderTakesNoMemory() throws IOException {
    // Nearly 2 GiB announced, 100 bytes there.
    byte[] liar = idx(0x803, new byte[100], 2_000_000_000, 1, 1);
    put(TRAIN_IMAGES, liar);
    assertFault(TRAIN_IMAGES, "truncated: 100 of 2000000000 bytes");
  }

  @Test
  void findsNoImagesAndNoLabels() throws IOException {
    put(TEST_IMAGES, images(0, 2, 5));
    assertFault(TEST_IMAGES, "no images");
    put(TRAIN_LABELS, labels());
    assertFault(TRAIN_LABELS, "no labels");
  }

  @Test
  void findsTestImagesOfAnotherSize() throws IOException {
    put(TEST_IMAGES, images(2, 5, 2));
    assertFault(TEST_IMAGES, "images of 5x2, but those to train on are 2x5");
  }

  @Test
  void findsATestLabelThatTrainingDoesNotKnow() throws IOException {
    put(TEST_LABELS, labels(1, 201));
    assertFault(TEST_LABELS, "label 201, but the training labels end at 200");
  }

  @Test
  void findsCorruptGzip() throws IOException {
    Files.delete(dir.resolve(TEST_LABELS));
    String name = TEST_LABELS + ".gz";
    put(name, "no gzip at all".getBytes(StandardCharsets.US_ASCII));
    assertFault(name, "corrupt gzip");
    byte[] good = gzip(labels(200, 1));
    put(name, Arrays.copyOf(good, good.length - 3));
    assertFault(name, "truncated gzip");
    put(name, new byte[0]);
    assertFault(name, "truncated gzip");
    byte[] badSum = good.clone();
    badSum[badSum.length - 5] ^= 1;
    put(name, badSum);
    assertFault(name, "corrupt gzip");
  }

  @Test
  void aGzipBombIsNotInflatedBeyondItsHeader() throws IOException {
    Files.delete(dir.resolve(TEST_LABELS));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(labels(200, 1));
      out.write(new byte[100 << 20]);
    }
    put(TEST_LABELS + ".gz", bytes.toByteArray());
    assertFault(TEST_LABELS + ".gz", "trailing bytes after 2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damagedFilesGiveDataOrADataExceptionAndNothingElse(boolean gzip) throws IOException {
    String[] names = {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS};
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      writeAValidSet();
      String name = names[random.nextInt(names.length)];
      byte[] bytes = Files.readAllBytes(dir.resolve(name));
      if (gzip) {
        Files.delete(dir.resolve(name));
        bytes = gzip(bytes);
        name += ".gz";
      }
      put(name, damaged(bytes, random));
      assertThatCode(this::loadOrDataException)
          .as("seed %d, %s", seed, name)
          .doesNotThrowAnyException();
      Files.delete(dir.resolve(name));
    }
  }

  private void loadOrDataException() {
    try {
      ImageData.load(dir);
    } catch (DataException e) {
      assertThat(e.getMessage()).startsWith(dir.toString()).doesNotContain("\n");
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    byte[] copy = bytes.clone();
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private void assertFault(String name, String... faults) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImageData.load(dir))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith(dir.resolve(name) + ": ")
                    .contains(faults)
                    .doesNotContain("\n"));
  }

  private void put(String name, byte[] bytes) throws IOException {
    Files.write(dir.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }
}
