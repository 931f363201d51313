package dev.lanewise.mnist.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads one IDX file of unsigned bytes, the format of MNIST: a magic number, the dimensions as
 * big-endian ints, then the data.
 *
 * <p>The header is believed only as far as the stream confirms it: memory grows with the bytes that
 * really arrive, and no more than the header's size and one byte is ever read, so that neither a
 * lying header nor a small file that inflates to a huge one takes the heap.
 */
final class IdxReader {
  /** The largest number of data bytes in one file: what a Java array holds. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final int CHUNK = 1 << 20;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final String name;
  private final InputStream in;
  private final MessageDigest digest;

  private IdxReader(String name, InputStream in) {
    this.name = name;
    this.in = in;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** What a file may hold. */
  enum Kind {
    /** Count, rows, columns. */
    IMAGES(0x803, "images"),
    /** Count. */
    LABELS(0x801, "labels");

    private final int magic;
    private final String things;

    Kind(int magic, String things) {
      this.magic = magic;
      this.things = things;
    }

    int rank() {
      return magic & 0xff;
    }
  }

  /** The shared arrays of a file that was read, and the SHA-256 of its uncompressed bytes. */
  @SuppressWarnings("ArrayRecordComponent") // handed from reader to ImageData, never compared
  record Content(int[] dims, byte[] data, String sha256) {}

  /**
   * Reads a stream to its end.
   *
   * @param name the file's name, for messages
   * @param raw its bytes, closed by the caller
   * @param gzip whether they are compressed
   * @param kind what must be in there
   * @throws DataException if the bytes are anything else, or cannot be read
   */
  static Content read(String name, InputStream raw, boolean gzip, Kind kind) {
    try {
      InputStream in = gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
      return new IdxReader(name, in).read(kind);
    } catch (ZipException e) {
      throw new DataException(name, "corrupt gzip: " + e.getMessage());
    } catch (EOFException e) {
      throw new DataException(name, "truncated gzip");
    } catch (IOException e) {
      throw new DataException(name, "cannot be read: " + e);
    }
  }

  private Content read(Kind kind) throws IOException {
    checkMagic(header(), kind);
    int[] dims = new int[kind.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = header();
    }
    byte[] data = data(checkedSize(dims, kind));
    // This read also makes the gzip stream check its CRC.
    if (in.read() >= 0) {
      throw new DataException(name, "trailing bytes after " + data.length + " bytes of data");
    }
    return new Content(dims, data, HexFormat.of().formatHex(digest.digest()));
  }

  private int header() throws IOException {
    byte[] bytes = new byte[4];
    if (in.readNBytes(bytes, 0, 4) < 4) {
      throw new DataException(name, "truncated in its header");
    }
    digest.update(bytes);
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  private void checkMagic(int magic, Kind kind) {
    if (magic != kind.magic) {
      String hint = magic >>> 16 == GZIP_MAGIC ? " (compressed? then its name must end in .gz)" : "";
      throw new DataException(
          name,
          String.format(
              "wrong magic 0x%08x, 0x%08x expected for %s%s",
              magic, kind.magic, kind.things, hint));
    }
  }

  private int checkedSize(int[] dims, Kind kind) {
    if (dims[0] == 0) {
      throw new DataException(name, "no " + kind.things);
    }
    long size = 1;
    for (int dim : dims) {
      if (dim <= 0) {
        throw new DataException(name, "sizes must be positive: " + Arrays.toString(dims));
      }
      size *= dim; // below 2^31 before, so no overflow of the long
      if (size > MAX_BYTES) {
        throw new DataException(
            name, "sizes " + Arrays.toString(dims) + " exceed the limit of " + MAX_BYTES + " bytes");
      }
    }
    return (int) size;
  }

  private byte[] data(int size) throws IOException {
    byte[] data = new byte[Math.min(size, CHUNK)];
    int filled = 0;
    while (true) {
      int count = in.readNBytes(data, filled, data.length - filled);
      digest.update(data, filled, count);
      filled += count;
      if (filled < data.length) {
        throw new DataException(name, "truncated: " + filled + " of " + size + " bytes of data");
      }
      if (filled == size) {
        return data;
      }
      data = grown(data, (int) Math.min(size, 2L * filled));
    }
  }

  private byte[] grown(byte[] data, int length) {
    try {
      return Arrays.copyOf(data, length);
    } catch (OutOfMemoryError e) {
      throw new DataException(
          name, "does not fit into the heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
    }
  }
}
