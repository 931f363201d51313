package dev.lanewise.mnist.data;

import java.io.InputStream;
import java.util.Arrays;

/** Hands bytes of any kind to the reader of IDX files. */
public final class IdxAttack {
  /** The most bytes of data that the reader takes. */
  public static final int MOST_BYTES = IdxReader.MAX_BYTES;

  private IdxAttack() {}

  /**
   * Reads a stream to its end.
   *
   * @param images whether there must be images in it, else labels
   * @return the number of its bytes of data
   * @throws DataException if it is refused
   */
  public static int read(String name, InputStream in, boolean gzip, boolean images) {
    IdxReader.Content content =
        IdxReader.read(name, in, gzip, images ? IdxReader.Kind.IMAGES : IdxReader.Kind.LABELS);
    long size = Arrays.stream(content.dims()).mapToLong(d -> d).reduce(1, Math::multiplyExact);
    if (content.data().length != size) {
      throw new AssertionError("data and sizes differ");
    }
    return content.data().length;
  }
}
