package dev.lanewise.mnist;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Makes small files in MNIST's format. */
public final class IdxFiles {
  private IdxFiles() {}

  /** Writes a valid set: images of noise, classes in turn. */
  static void write(Path dir, int train, int test, int rows, int columns, int classes)
      throws IOException {
    Files.createDirectories(dir);
    Files.write(dir.resolve("train-images-idx3-ubyte"), images(train, rows, columns));
    Files.write(dir.resolve("train-labels-idx1-ubyte"), labels(inTurn(train, classes)));
    Files.write(dir.resolve("t10k-images-idx3-ubyte"), images(test, rows, columns));
    Files.write(dir.resolve("t10k-labels-idx1-ubyte"), labels(inTurn(test, classes)));
  }

  private static int[] inTurn(int count, int classes) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
    }
    return labels;
  }

  public static byte[] images(int count, int rows, int columns) throws IOException {
    byte[] data = new byte[count * rows * columns];
    new Random(count).nextBytes(data);
    return idx(0x803, data, count, rows, columns);
  }

  public static byte[] labels(int... labels) throws IOException {
    byte[] data = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      data[i] = (byte) labels[i];
    }
    return idx(0x801, data, labels.length);
  }

  public static byte[] idx(int magic, byte[] data, int... dims) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int dim : dims) {
      out.writeInt(dim);
    }
    out.write(data);
    return bytes.toByteArray();
  }
}
