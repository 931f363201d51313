package dev.lanewise.engine.train;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Pixels;
import dev.lanewise.engine.memory.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Samples with class labels or with float targets, off the heap. Pixels stay uint8, a quarter of the memory,
 * and become floats {@code pixel / 255} while a sample is copied into a workspace.
 *
 * <p>Immutable and thread-safe while open. A {@link #slice} shares the memory; closing any of them closes
 * all.
 */
public final class Dataset implements AutoCloseable {
  /** Bytes that are hashed in one go. */
  private static final long HASHED = 1 << 20;

  private final Arena arena;
  private final Shape shape;
  private final int first;
  private final int size;
  private final boolean pixels;
  private final MemorySegment samples;
  private final @Nullable MemorySegment labels;
  private final @Nullable MemorySegment targets;
  private final int classes;
  private final int outputs;

  private Dataset(
      Arena arena,
      Shape shape,
      int first,
      int size,
      boolean pixels,
      MemorySegment samples,
      @Nullable MemorySegment labels,
      @Nullable MemorySegment targets,
      int classes,
      int outputs) {
    this.arena = arena;
    this.shape = shape;
    this.first = first;
    this.size = size;
    this.pixels = pixels;
    this.samples = samples;
    this.labels = labels;
    this.targets = targets;
    this.classes = classes;
    this.outputs = outputs;
  }

  /**
   * Images of unsigned bytes with labels.
   *
   * @param pixels {@code [samples][shape]}, 0 to 255
   * @param labels a class for each sample, 0 to 255 unsigned
   * @throws IllegalArgumentException if lengths disagree or there is no sample
   */
  public static Dataset ofPixels(byte[] pixels, byte[] labels, Shape shape) {
    int[] classes = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      classes[i] = Byte.toUnsignedInt(labels[i]);
    }
    requireLengths(pixels.length, labels.length, shape.size(), "pixels");
    Arena arena = Arena.ofShared();
    MemorySegment samples = arena.allocate(pixels.length, Memory.ALIGNMENT);
    MemorySegment.copy(pixels, 0, samples, ValueLayout.JAVA_BYTE, 0, pixels.length);
    return new Dataset(
        arena, shape, 0, labels.length, true, samples, labels(arena, classes), null, count(classes), 0);
  }

  /**
   * Float samples with labels.
   *
   * @param features {@code [samples][shape]}
   * @param labels a class for each sample, at least 0
   * @throws IllegalArgumentException if lengths disagree, a label is negative or there is no sample
   */
  public static Dataset of(float[] features, int[] labels, Shape shape) {
    requireLengths(features.length, labels.length, shape.size(), "features");
    int classes = count(labels);
    Arena arena = Arena.ofShared();
    return new Dataset(
        arena, shape, 0, labels.length, false, floats(arena, features), labels(arena, labels), null, classes, 0);
  }

  /**
   * Float samples with float targets, for regression or binary cross-entropy.
   *
   * @param features {@code [samples][shape]}
   * @param targets {@code [samples][outputs]}
   * @throws IllegalArgumentException if lengths disagree or there is no sample
   */
  public static Dataset of(float[] features, float[] targets, Shape shape, int outputs) {
    if (outputs < 1 || targets.length % outputs != 0) {
      throw new IllegalArgumentException(targets.length + " targets are not a multiple of " + outputs);
    }
    requireLengths(features.length, targets.length / outputs, shape.size(), "features");
    Arena arena = Arena.ofShared();
    return new Dataset(
        arena, shape, 0, targets.length / outputs, false, floats(arena, features), null, floats(arena, targets),
        0, outputs);
  }

  private static void requireLengths(long length, int samples, int size, String what) {
    if (samples < 1 || length != (long) samples * size) {
      throw new IllegalArgumentException(
          "%d samples of %d values need %d %s, not %d"
              .formatted(samples, size, (long) samples * size, what, length));
    }
  }

  private static MemorySegment floats(Arena arena, float[] values) {
    MemorySegment segment = Memory.allocate(arena, values.length);
    MemorySegment.copy(values, 0, segment, Memory.FLOAT, 0, values.length);
    return segment;
  }

  private static MemorySegment labels(Arena arena, int[] labels) {
    MemorySegment segment = arena.allocate((long) labels.length * Integer.BYTES, Memory.ALIGNMENT);
    MemorySegment.copy(labels, 0, segment, Memory.INT, 0, labels.length);
    return segment;
  }

  private static int count(int[] labels) {
    if (Arrays.stream(labels).anyMatch(label -> label < 0)) {
      throw new IllegalArgumentException("a label is negative");
    }
    return Arrays.stream(labels).max().orElse(-1) + 1;
  }

  /**
   * The samples {@code from} to {@code to}, exclusive, over the same memory.
   *
   * @throws IllegalArgumentException if the range is empty or reaches over the end
   */
  public Dataset slice(int from, int to) {
    if (from < 0 || to > size || from >= to) {
      throw new IllegalArgumentException("samples %d to %d of %d".formatted(from, to, size));
    }
    return new Dataset(
        arena, shape, first + from, to - from, pixels, samples, labels, targets, classes, outputs);
  }

  /** Number of samples. */
  public int size() {
    return size;
  }

  /** Shape of a sample. */
  public Shape shape() {
    return shape;
  }

  /** Largest label + 1, over the whole memory that slices share; 0 without labels. */
  public int classes() {
    return classes;
  }

  /** Targets of a sample; 0 without float targets. */
  public int outputs() {
    return outputs;
  }

  /** Label of a sample. */
  public int label(int sample) {
    return requireLabels().get(Memory.INT, (first + (long) sample) * Integer.BYTES);
  }

  private MemorySegment requireLabels() {
    if (labels == null) {
      throw new IllegalStateException("the data set has float targets, not labels");
    }
    return labels;
  }

  /** Copies a sample's values, pixels divided by 255. */
  void copySample(int sample, MemorySegment target, long offset) {
    int floats = shape.size();
    long from = (first + (long) sample) * floats;
    if (pixels) {
      Pixels.copy(samples, from, target, offset, floats);
    } else {
      Memory.copy(samples, from, target, offset, floats);
    }
  }

  /** Copies a sample's float targets. */
  void copyTargets(int sample, MemorySegment target, long offset) {
    if (targets == null) {
      throw new IllegalStateException("the data set has labels, not float targets");
    }
    Memory.copy(targets, (first + (long) sample) * outputs, target, offset, outputs);
  }

  /** Size, shape and a SHA-256 of samples and targets: what tells one data set from another. */
  String fingerprint() {
    MessageDigest digest = sha256();
    update(digest, samples, (long) shape.size() * (pixels ? Byte.BYTES : Float.BYTES));
    if (labels != null) {
      update(digest, labels, Integer.BYTES);
    }
    if (targets != null) {
      update(digest, targets, (long) outputs * Float.BYTES);
    }
    return "%d samples of %s, SHA-256 %s".formatted(size, shape, HexFormat.of().formatHex(digest.digest()));
  }

  private void update(MessageDigest digest, MemorySegment all, long bytesPerSample) {
    long end = (first + (long) size) * bytesPerSample;
    for (long at = first * bytesPerSample; at < end; at += HASHED) {
      digest.update(all.asSlice(at, Math.min(HASHED, end - at)).asByteBuffer());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Frees the memory, of all slices too. Closing twice does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
