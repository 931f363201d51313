package dev.lanewise.mnist.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * TensorBoard's messages in protobuf's encoding: the few fields of {@code tensorflow.Event} and
 * {@code tensorflow.Summary} that scalars need. A library for them would be larger than the
 * application. Field numbers are those of TensorFlow's event.proto and summary.proto.
 */
final class EventMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private EventMessage() {}

  /** The first message of a file. */
  static byte[] version(double wallTime) {
    return event(wallTime, 0)
        .bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8))
        .toByteArray();
  }

  /**
   * Says that a run begins, or goes on, behind a step: what earlier files have from there on is not
   * part of it.
   */
  static byte[] start(double wallTime, long step) {
    byte[] sessionLog = new EventMessage().varint(1, 1).toByteArray();
    return event(wallTime, step).bytes(7, sessionLog).toByteArray();
  }

  /** Some values of one step, by their tags. */
  static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
    EventMessage summary = new EventMessage();
    values.forEach(
        (tag, value) ->
            summary.bytes(
                1,
                new EventMessage()
                    .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
                    .fixed32(2, Float.floatToRawIntBits(value.floatValue()))
                    .toByteArray()));
    return event(wallTime, step).bytes(5, summary.toByteArray()).toByteArray();
  }

  private static EventMessage event(double wallTime, long step) {
    return new EventMessage().fixed64(1, Double.doubleToRawLongBits(wallTime)).varint(2, step);
  }

  private EventMessage bytes(int field, byte[] value) {
    key(field, BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private EventMessage varint(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  private EventMessage fixed32(int field, int value) {
    key(field, FIXED_32);
    out.writeBytes(littleEndian(4).putInt(value).array());
    return this;
  }

  private EventMessage fixed64(int field, long value) {
    key(field, FIXED_64);
    out.writeBytes(littleEndian(8).putLong(value).array());
    return this;
  }

  private void key(int field, int type) {
    varint((field << 3) | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private byte[] toByteArray() {
    return out.toByteArray();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
