package dev.lanewise.mnist.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.util.Event;

/** Reads event files by TensorFlow's description of TFRecords, with nothing of the code under test. */
public final class TfRecords {
  private TfRecords() {}

  /** All events of a file, whose checksums must be right and which must end with a whole record. */
  public static List<Event> events(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).as("checksum of a length").isEqualTo(masked(crc32c(length)));
      byte[] message =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(message);
      assertThat(bytes.getInt()).as("checksum of a message").isEqualTo(masked(crc32c(message)));
      events.add(Event.parseFrom(message));
    }
    return events;
  }

  /** Bit by bit, with Castagnoli's polynomial reversed. */
  static int crc32c(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82F63B78;
      }
    }
    return ~crc;
  }

  static int masked(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xA282EAD8;
  }
}
