package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and little-endian floats on their way to a file, through one buffer outside of the heap.
 * Not thread-safe.
 */
final class ChannelOutput implements AutoCloseable {
  private final FileChannel channel;
  private final @Nullable MessageDigest digest;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(SafetensorsReader.BUFFER_BYTES);
  private final ByteBuffer bytes = buffer.asByteBuffer();

  ChannelOutput(FileChannel channel) {
    this(channel, null);
  }

  /**
   * An output that hashes what it writes.
   *
   * @param digest sees all bytes that were flushed
   */
  ChannelOutput(FileChannel channel, @Nullable MessageDigest digest) {
    this.channel = channel;
    this.digest = digest;
  }

  void bytes(byte[] source) throws IOException {
    for (int done = 0; done < source.length; ) {
      reserve(1);
      int part = Math.min(bytes.remaining(), source.length - done);
      bytes.put(source, done, part);
      done += part;
    }
  }

  /** Writes floats that lie in the segment in native byte order. */
  void floats(MemorySegment source, long offset, long count) throws IOException {
    for (long done = 0; done < count; ) {
      reserve(Float.BYTES);
      long part = Math.min(bytes.remaining() / Float.BYTES, count - done);
      MemorySegment.copy(
          source, Memory.FLOAT, (offset + done) * Float.BYTES,
          buffer, SafetensorsReader.LITTLE_ENDIAN, bytes.position(), part);
      bytes.position(bytes.position() + (int) part * Float.BYTES);
      done += part;
    }
  }

  private void reserve(int room) throws IOException {
    if (bytes.remaining() < room) {
      flush();
    }
  }

  /** Writes what is still in the buffer. */
  void flush() throws IOException {
    bytes.flip();
    if (digest != null) {
      digest.update(bytes.duplicate());
    }
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    bytes.clear();
  }

  /** Frees the buffer; what was not flushed is lost. The channel stays open. */
  @Override
  public void close() {
    arena.close();
  }
}
