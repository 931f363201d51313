package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, at random: either the reader's own exception, or a model that is what the file
 * says. Each file is drawn from a seed of its own, which a failure names; {@code damaged(seed)}
 * makes it again.
 */
@Tag("once")
class ModelFileFuzzTest {
  private static final int FILES = 2_000;

  /** What a header is made of, to be put where it does not belong. */
  private static final String[] PIECES = {
    "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", " ", "0", "-1", "1e9", "[]", "{}",
    "null", "9223372036854775807", "18446744073709551616", "\"__metadata__\":{",
    "\"dtype\":\"F32\"", "\"shape\":[0]", "\"data_offsets\":[0,4]", "4294967296",
    "\u0000", "\u00ff", "dense units=", "x"
  };

  @TempDir private Path folder;
  private byte[] good;

  interface Damage {
    byte[] apply(byte[] file, RandomGenerator random);
  }

  @BeforeEach
  void aModelFile() throws IOException {
    Sequential network =
        Sequential.of(
            Shape.of(4, 4, 1), Conv2D.of(2, 3), new ReLU(), new Flatten(), Dense.of(3));
    Path file = folder.resolve("good");
    try (Model model = network.initialize(1)) {
      ModelFile.save(model, file);
    }
    good = Files.readAllBytes(file);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    int loaded = damage(1, (file, random) -> Arrays.copyOf(file, random.nextInt(file.length)));

    assertThat(loaded).isZero();
  }

  @Test
  void flippedBitsAreRefusedOrMeanAnotherModel() throws IOException {
    int loaded =
        damage(
            2,
            (file, random) -> {
              int flips = 1 + random.nextInt(3);
              for (int i = 0; i < flips; i++) {
                file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
              }
              return file;
            });

    // Those whose data alone was hit: were there none, the test would not test loading.
    assertThat(loaded).isPositive();
  }

  @Test
  void misplacedPiecesOfAHeaderAreRefusedOrMeanAnotherModel() throws IOException {
    damage(
        3,
        (file, random) -> {
          String header = RawFile.header(file);
          for (int i = 1 + random.nextInt(2); i > 0; i--) {
            int from = random.nextInt(header.length());
            int to = Math.min(header.length(), from + random.nextInt(8));
            String piece = PIECES[random.nextInt(PIECES.length)];
            header = header.substring(0, from) + piece + header.substring(to);
          }
          return RawFile.withHeader(file, header);
        });
  }

  private int damage(int kind, Damage damage) throws IOException {
    int loaded = 0;
    for (int i = 0; i < FILES; i++) {
      long seed = 1_000_000L * kind + i;
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      byte[] bytes = damage.apply(good.clone(), random);
      Path file = RawFile.write(folder, bytes);
      try (Model model = ModelFile.load(file)) {
        loaded++;
        checkConsistent(seed, bytes, model);
      } catch (ModelFormatException e) {
        assertThat(e).as("seed %s", seed).hasMessageStartingWith(file + ": ");
      } catch (RuntimeException | IOException e) {
        throw new AssertionError("seed " + seed + ": not the reader's own exception", e);
      }
    }
    return loaded;
  }

  /** The parameters are the file's data, to the bit, and the network is the one in its header. */
  private static void checkConsistent(long seed, byte[] bytes, Model model) {
    assertThat(model.parametersSha256())
        .as("seed %s", seed)
        .isEqualTo(RawFile.sha256(RawFile.data(bytes)));
    assertThat(Sequential.parse(model.network().describe()))
        .as("seed %s", seed)
        .isEqualTo(model.network());
    assertThat(bytes.length - Long.BYTES - RawFile.headerLength(bytes))
        .as("seed %s", seed)
        .isEqualTo(model.parameterCount() * Float.BYTES);
  }
}
