package dev.lanewise.mnist.attack;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages good inputs: the same seed, the same damage. */
final class FuzzMutator {
  private static final int MOST_ROUNDS = 4;
  private static final int[] EXTREMES = {0, 1, -1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0x10000, 0xffffff};

  private final SplittableRandom random;
  private final List<byte[]> seeds;
  private final List<String> tokens;

  FuzzMutator(long seed, List<byte[]> seeds, List<String> tokens) {
    this.random = new SplittableRandom(seed);
    this.seeds = seeds;
    this.tokens = tokens;
  }

  byte[] next() {
    if (random.nextInt(50) == 0) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = seed().clone();
    for (int i = random.nextInt(MOST_ROUNDS); i >= 0; i--) {
      bytes = damaged(bytes);
    }
    return bytes;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] damaged(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int behind = Math.min(bytes.length, at + random.nextInt(1, 16));
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes, at);
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> spliced(bytes, at, behind, new byte[0]);
      case 3 -> extreme(bytes, at);
      case 4 -> { // the end of another good input
        byte[] other = seed();
        yield spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
      }
      case 5 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, behind)); // said twice
      default -> {
        byte[] token = tokens.get(random.nextInt(tokens.size())).getBytes(charset());
        yield spliced(bytes, at, random.nextBoolean() ? at : behind, token);
      }
    };
  }

  /** Now and then a byte a character, so that tokens need not be valid UTF-8. */
  private Charset charset() {
    return random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
  }

  private byte[] flipped(byte[] bytes, int at) {
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** An extreme number in one, four or eight bytes, at either end first. */
  private byte[] extreme(byte[] bytes, int at) {
    int width = 1 << random.nextInt(4);
    boolean bigEndian = random.nextBoolean();
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >>> 8 * (bigEndian ? width - 1 - i : i));
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(bytes, from + middle.length + bytes.length - to);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }
}
