package dev.lanewise.engine.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the wire format of <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>, as far as ONNX
 * files need it. Fields are written in the order in which they were added; a message that becomes a
 * field of another one must be complete. Tensors stay where they are until the message is written.
 * Not thread-safe.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final List<Part> parts = new ArrayList<>();
  private long size;

  /** A piece of a message: bytes, or floats that are not copied. */
  private interface Part {
    void writeTo(ChannelOutput output) throws IOException;
  }

  /** Adds an integer that is not negative. */
  ProtobufMessage integer(int field, long value) {
    ByteArrayOutputStream bytes = tag(field, VARINT);
    varint(bytes, value);
    return add(bytes.toByteArray());
  }

  /** Adds a float. */
  ProtobufMessage number(int field, float value) {
    ByteArrayOutputStream bytes = tag(field, FIXED32);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >>> shift);
    }
    return add(bytes.toByteArray());
  }

  /** Adds a string. */
  ProtobufMessage text(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return length(field, utf8.length).add(utf8);
  }

  /** Adds a message. */
  ProtobufMessage message(int field, ProtobufMessage value) {
    length(field, value.size);
    parts.addAll(value.parts);
    size += value.size;
    return this;
  }

  /** Adds floats as little-endian bytes. They are read when the message is written. */
  ProtobufMessage floats(int field, MemorySegment segment, long offset, long count) {
    length(field, count * Float.BYTES);
    parts.add(output -> output.floats(segment, offset, count));
    size += count * Float.BYTES;
    return this;
  }

  private ProtobufMessage length(int field, long length) {
    ByteArrayOutputStream bytes = tag(field, LENGTH_DELIMITED);
    varint(bytes, length);
    return add(bytes.toByteArray());
  }

  private static ByteArrayOutputStream tag(int field, int type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, ((long) field << 3) | type);
    return bytes;
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private static void varint(ByteArrayOutputStream bytes, long value) {
    long rest = value;
    while (rest > 0x7F) {
      bytes.write(((int) rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private ProtobufMessage add(byte[] bytes) {
    parts.add(output -> output.bytes(bytes));
    size += bytes.length;
    return this;
  }

  /** The message's bytes. */
  long size() {
    return size;
  }

  void writeTo(ChannelOutput output) throws IOException {
    for (Part part : parts) {
      part.writeTo(output);
    }
    output.flush();
  }
}
