package dev.lanewise.engine.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The last tensor of a file that says of itself whether it is whole: its 32 bytes are the SHA-256 of
 * all bytes before them, header included.
 */
final class Checksum {
  /** The tensor's name. */
  static final String TENSOR = "sha256";

  /** A SHA-256 takes as many bytes as so many floats. */
  static final int FLOATS = 8;

  private Checksum() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads the whole file and compares.
   *
   * @throws ModelFormatException if the bytes are not those that were written
   */
  static void check(Path file, SafetensorsReader reader) throws IOException {
    List<TensorInfo> tensors = reader.tensors();
    if (tensors.isEmpty()
        || !tensors.getLast().name().equals(TENSOR)
        || !tensors.getLast().shape().equals(List.of((long) FLOATS))) {
      throw new ModelFormatException(
          file, "tensors", "the last one is not the checksum " + ModelFormatException.quoted(TENSOR));
    }
    long end = reader.dataStart() + tensors.getLast().offset();
    MessageDigest digest = sha256();
    byte[] stored = new byte[FLOATS * Float.BYTES];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(SafetensorsReader.BUFFER_BYTES);
      for (long at = 0; at < end; at += buffer.byteSize()) {
        MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), end - at));
        reader.read(part, at);
        digest.update(part.asByteBuffer());
      }
      MemorySegment last = buffer.asSlice(0, stored.length);
      reader.read(last, end);
      MemorySegment.copy(last, ValueLayout.JAVA_BYTE, 0, stored, 0, stored.length);
    }
    byte[] computed = digest.digest();
    if (!MessageDigest.isEqual(stored, computed)) {
      throw new ModelFormatException(
          file,
          "bytes 0 to " + end,
          "the file is damaged: its SHA-256 is %s, its end says %s"
              .formatted(HexFormat.of().formatHex(computed), HexFormat.of().formatHex(stored)));
    }
  }
}
