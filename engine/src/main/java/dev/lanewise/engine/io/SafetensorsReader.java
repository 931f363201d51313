package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a <a href="https://github.com/huggingface/safetensors#format">safetensors</a> file of F32
 * tensors: 8 bytes with the length of the header (little-endian), the header (JSON), the data
 * (little-endian, row-major, without gaps).
 *
 * <p>{@link #open} reads and checks the whole header: its length against the file and a limit of
 * 100,000,000 bytes, every shape and offset against the data that is there, that the tensors cover
 * the data without hole, overlap or rest, and that no name stands twice. Heap is taken for names
 * and numbers only, in proportion to the header; the data goes through a buffer of at most 256 KiB
 * outside of the heap to where the caller wants it.
 *
 * <p>Thread-safe. An interrupt while reading closes the file, as channels do ({@link
 * java.nio.channels.ClosedByInterruptException}).
 */
public final class SafetensorsReader implements AutoCloseable {
  /** Layout of the format's floats. */
  static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes between a file and a segment; large enough that calls to the system are rare. */
  static final int BUFFER_BYTES = 1 << 18;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;
  private final Map<String, TensorInfo> byName = new HashMap<>();

  private SafetensorsReader(Path file, FileChannel channel, int maxHeaderBytes) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    try (Arena arena = Arena.ofConfined()) {
      long length = headerLength(arena, size, maxHeaderBytes);
      dataStart = SafetensorsHeader.LENGTH_BYTES + length;
      MemorySegment bytes = arena.allocate(length);
      read(bytes, SafetensorsHeader.LENGTH_BYTES);
      header = SafetensorsHeader.read(file, bytes, size - dataStart);
    }
    for (TensorInfo tensor : header.tensors()) {
      byName.put(tensor.name(), tensor);
    }
  }

  private long headerLength(Arena arena, long size, int maxHeaderBytes) throws IOException {
    if (size < SafetensorsHeader.LENGTH_BYTES) {
      throw fault("byte 0", size + " bytes are fewer than the length of a header takes");
    }
    MemorySegment bytes = arena.allocate(SafetensorsHeader.LENGTH_BYTES);
    read(bytes, 0);
    long length = bytes.get(LENGTH, 0);
    // Compared as unsigned, since the format says so: a set highest bit is no negative length.
    if (Long.compareUnsigned(length, maxHeaderBytes) > 0) {
      throw fault(
          "byte 0 (header length)",
          "%s bytes, more than the %s allowed"
              .formatted(Long.toUnsignedString(length), maxHeaderBytes));
    }
    if (length > size - SafetensorsHeader.LENGTH_BYTES) {
      throw fault(
          "byte 0 (header length)",
          "%s bytes, more than the %s that follow"
              .formatted(length, size - SafetensorsHeader.LENGTH_BYTES));
    }
    return length;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param file a regular file
   * @return the open file; the caller closes it
   * @throws ModelFormatException if it is not a safetensors file of F32 tensors
   * @throws IOException if it is missing or cannot be read
   */
  public static SafetensorsReader open(Path file) throws IOException {
    return open(file, SafetensorsHeader.MAX_BYTES);
  }

  static SafetensorsReader open(Path file, int maxHeaderBytes) throws IOException {
    // Opening a pipe would wait for its writer, and a folder can be opened but not read.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "not a regular file");
    }
    FileChannel channel = channel(file);
    boolean opened = false;
    try {
      SafetensorsReader reader = new SafetensorsReader(file, channel, maxHeaderBytes);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  /** Opens the file; the system's own exceptions consist of the path alone. */
  private static FileChannel channel(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw (IOException)
          new NoSuchFileException(file.toString(), null, "no such file").initCause(e);
    } catch (AccessDeniedException e) {
      throw (IOException)
          new AccessDeniedException(file.toString(), null, "no permission to read it").initCause(e);
    }
  }

  /**
   * The file's own strings.
   *
   * @return texts by name, in the order of the header; unmodifiable
   */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * What the file says of its tensors.
   *
   * @return the tensors in the order of their data; unmodifiable
   */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  /**
   * Copies a tensor to a segment of floats in native byte order; bits are kept as they are, those
   * of a NaN too.
   *
   * @param name the tensor's name
   * @param target where to; on the heap or not
   * @param offset the first float to write in {@code target}
   * @throws IllegalArgumentException if the file has no such tensor or the target is read-only
   * @throws IndexOutOfBoundsException if the target is too small
   * @throws ModelFormatException if the file has become shorter since it was opened
   * @throws IOException if it cannot be read
   */
  public void read(String name, MemorySegment target, long offset) throws IOException {
    TensorInfo tensor = byName.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          file + " has no tensor " + ModelFormatException.quoted(name));
    }
    Memory.checkExtent(target, offset, tensor.elements());
    long bytes = tensor.elements() * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(bytes, BUFFER_BYTES));
      for (long done = 0; done < bytes; done += buffer.byteSize()) {
        MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), bytes - done));
        read(part, dataStart + tensor.offset() + done);
        MemorySegment.copy(
            part, LITTLE_ENDIAN, 0,
            target, Memory.FLOAT, offset * Float.BYTES + done, part.byteSize() / Float.BYTES);
      }
    }
  }

  /** The first byte of the data in the file. */
  long dataStart() {
    return dataStart;
  }

  /** Copies bytes of the file as they are. */
  void read(MemorySegment target, long position) throws IOException {
    ByteBuffer buffer = target.asByteBuffer();
    while (buffer.hasRemaining()) {
      long next = position + buffer.position();
      if (read(buffer, next) < 0) {
        throw fault("byte " + next, "the file ends here; it has become shorter while it was read");
      }
    }
  }

  private int read(ByteBuffer buffer, long position) throws IOException {
    try {
      return channel.read(buffer, position);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw (IOException)
          new FileSystemException(file.toString(), null, "cannot be read: " + e.getMessage())
              .initCause(e);
    }
  }

  private ModelFormatException fault(String place, String fault) {
    return new ModelFormatException(file, place, fault);
  }

  /**
   * Closes the file. Closing twice does nothing.
   *
   * @throws IOException if the system says so; the file is closed all the same
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
