package dev.lanewise.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Safetensors files byte by byte, for tests of those who read and write them. */
final class RawFile {
  private RawFile() {}

  /** A file with this header, right or wrong, and so many zero bytes of data. */
  static byte[] of(String header, int dataBytes) {
    return of(header.getBytes(StandardCharsets.UTF_8), new byte[dataBytes]);
  }

  static byte[] of(byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  static int headerLength(byte[] file) {
    return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static String header(byte[] file) {
    return new String(file, Long.BYTES, headerLength(file), StandardCharsets.UTF_8);
  }

  /** The same data under another header. */
  static byte[] withHeader(byte[] file, String header) {
    return of(header.getBytes(StandardCharsets.UTF_8), data(file));
  }

  static byte[] data(byte[] file) {
    int start = Long.BYTES + headerLength(file);
    byte[] data = new byte[file.length - start];
    System.arraycopy(file, start, data, 0, data.length);
    return data;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path write(Path folder, byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), bytes);
  }
}
