package dev.lanewise.mnist.metrics;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of TensorBoard's: messages as TFRecords, each with its length and two masked checksums.
 * Whole records alone are written, at the latest a second after they came if others follow, so that
 * TensorBoard can read along and a killed process leaves a good file. For one thread.
 */
final class EventFile implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final long FLUSH_NANOS = 1_000_000_000;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long flushed = System.nanoTime();

  private EventFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes a new file under a name that TensorBoard looks for, and puts what it expects first.
   *
   * @param folder made if it is not there
   * @param step the number of steps that the run has done
   */
  static EventFile create(Path folder, long step) throws IOException {
    Files.createDirectories(folder);
    // TensorBoard reads the files of a folder in the order of their names.
    long name = System.currentTimeMillis() / 1000;
    while (true) {
      Path file = folder.resolve("events.out.tfevents.%010d.lanewise".formatted(name));
      try {
        EventFile made =
            new EventFile(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        made.write(EventMessage.version(now()));
        made.write(EventMessage.start(now(), step));
        made.flush();
        return made;
      } catch (FileAlreadyExistsException e) {
        name++;
      }
    }
  }

  /** The time as TensorBoard has it: seconds since 1970. */
  static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  /** Adds a message, which is in the file after a while or after {@link #flush}. */
  void write(byte[] message) throws IOException {
    if (buffer.remaining() < message.length + 16) {
      flush();
    }
    buffer.putLong(message.length);
    buffer.putInt(maskedCrc(buffer.array(), buffer.position() - Long.BYTES, Long.BYTES));
    buffer.put(message);
    buffer.putInt(maskedCrc(message, 0, message.length));
    if (System.nanoTime() - flushed >= FLUSH_NANOS) {
      flush();
    }
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
    flushed = System.nanoTime();
  }

  /** TensorFlow's: a CRC-32C turned by 15 bits, plus a constant. */
  static int maskedCrc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }
}
