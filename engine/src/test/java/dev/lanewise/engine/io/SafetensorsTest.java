package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lanewise.engine.memory.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Writing and reading tensors: what one writes the other reads, and the bytes are the format's. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // what hangs need not heed an interrupt
@Tag("once")
class SafetensorsTest {
  @TempDir private Path folder;

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    Path file = folder.resolve("golden.safetensors");
    new SafetensorsWriter()
        .metadata("who", "me")
        .tensor("w", MemorySegment.ofArray(new float[] {9, 1, -2, 9}), 1, List.of(2L, 1L))
        .tensor("b", MemorySegment.ofArray(new float[] {0.5f}), 0, List.of(1L))
        .write(file);

    String json =
        "{\"__metadata__\":{\"who\":\"me\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    // 138 characters: with the length before them and 46 spaces behind, data begins at 3 * 64.
    assertThat(json).hasSize(138);
    byte[] data = HexFormat.of().parseHex("0000803f" + "000000c0" + "0000003f");
    byte[] golden = RawFile.of(json + " ".repeat(46), data.length);
    System.arraycopy(data, 0, golden, 192, data.length);

    assertThat(Files.readAllBytes(file)).isEqualTo(golden);
    assertThat(HexFormat.of().formatHex(golden, 0, 8)).isEqualTo("b800000000000000");
  }

  @Test
  void readsWhatOthersWrite() throws IOException {
    // White space, another order of fields and tensors, escapes, no padding, a scalar, no elements.
    String json =
        "{\n \"later\" : { \"data_offsets\" : [ 4 , 12 ], \"shape\":[2], \"dtype\":\"F32\" },\r\n"
            + "\t\"sc\\u0061l\\u00e4r \\ud83d\\ude00\\n\\\"\\\\\\/\":"
            + "{\"dtype\":\"F\\u00332\",\"shape\":[],\"data_offsets\":[0,4]},"
            + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[4,4]},"
            + "\"__metadata__\":{\"z\":\"\\t\",\"a\":\"\u00fc\u20ac\"}}";
    byte[] bytes = RawFile.of(json, 12);
    byte[] data = HexFormat.of().parseHex("0000803f" + "000000c0" + "0000003f");
    System.arraycopy(data, 0, bytes, bytes.length - 12, 12);

    try (SafetensorsReader reader = SafetensorsReader.open(RawFile.write(folder, bytes))) {
      assertThat(reader.metadata()).containsExactly(Map.entry("z", "\t"), Map.entry("a", "ü€"));
      assertThat(reader.tensors())
          .containsExactly(
              new TensorInfo("scalär 😀\n\"\\/", List.of(), 0, 1),
              new TensorInfo("empty", List.of(0L, 7L), 4, 0),
              new TensorInfo("later", List.of(2L), 4, 2));
      float[] target = new float[4];
      reader.read("later", MemorySegment.ofArray(target), 1);
      reader.read("scalär 😀\n\"\\/", MemorySegment.ofArray(target), 3);
      reader.read("empty", MemorySegment.ofArray(target), 4);
      assertThat(target).containsExactly(0, -2, 0.5f, 1);
    }
  }

  @Test
  void keepsEveryBit() throws IOException {
    int[] special = {
      0x8000_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0001, 0xFFC1_2345, 0x7F80_0001, 0xFFBF_FFFF, 1
    };
    Path file = folder.resolve("bits.safetensors");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = Memory.allocate(arena, special.length);
      for (int i = 0; i < special.length; i++) {
        source.set(Memory.INT, i * 4L, special[i]);
      }
      new SafetensorsWriter().tensor("x", source, 0, List.of((long) special.length)).write(file);

      MemorySegment target = Memory.allocate(arena, special.length);
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        reader.read("x", target, 0);
      }
      assertThat(target.mismatch(source)).isEqualTo(-1);
    }
  }

  @Test
  void roundTripsTensorsOfManySizes() throws IOException {
    // Sizes around the length of the buffer, and so many small ones that they cross its borders.
    List<Integer> sizes = new ArrayList<>();
    int buffer = SafetensorsReader.BUFFER_BYTES / Float.BYTES;
    sizes.addAll(List.of(buffer - 1, 3, buffer, buffer + 1, 0, 3 * buffer + 5));
    for (int i = 0; i < 5_000; i++) {
      sizes.add(i % 37);
    }
    long seed = 20;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    SafetensorsWriter writer = new SafetensorsWriter();
    List<float[]> values = new ArrayList<>();
    for (int size : sizes) {
      float[] tensor = new float[size];
      for (int i = 0; i < size; i++) {
        tensor[i] = random.nextFloat();
      }
      writer.tensor(
          "t" + values.size(), MemorySegment.ofArray(tensor), 0, List.of((long) size));
      values.add(tensor);
    }
    Path file = folder.resolve("many.safetensors");
    writer.write(file);

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.tensors()).hasSize(sizes.size());
      for (int i = 0; i < sizes.size(); i++) {
        float[] read = new float[sizes.get(i)];
        reader.read("t" + i, MemorySegment.ofArray(read), 0);
        assertThat(read).isEqualTo(values.get(i));
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    assertThat((Long.BYTES + RawFile.headerLength(bytes)) % 64).isZero();
  }

  @Test
  void roundTripsEveryKindOfText() throws IOException {
    StringBuilder all = new StringBuilder("\"\\/ \u007f é € 漢 😀 \uFFFF");
    for (char c = 0; c < ' '; c++) {
      all.append(c);
    }
    String text = all.toString();
    Path file = folder.resolve("text.safetensors");
    new SafetensorsWriter()
        .metadata(text, text)
        .metadata("", "")
        .tensor(text, MemorySegment.ofArray(new float[1]), 0, List.of())
        .write(file);

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.metadata()).isEqualTo(Map.of(text, text, "", ""));
      assertThat(reader.tensors()).extracting(TensorInfo::name).containsExactly(text);
    }
  }

  @Test
  void writesTheSameBytesWhateverTheOrderOfMetadata() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    new SafetensorsWriter().metadata("a", "1").metadata("b", "2").write(one);
    new SafetensorsWriter().metadata("b", "2").metadata("a", "1").write(two);

    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void takesFilesWithoutTensors() throws IOException {
    Path file = folder.resolve("none.safetensors");
    new SafetensorsWriter().write(file);

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.tensors()).isEmpty();
      assertThat(reader.metadata()).isEmpty();
    }
  }

  @Test
  void refusesWhatCannotBeWritten() {
    MemorySegment floats = MemorySegment.ofArray(new float[4]);
    SafetensorsWriter writer = new SafetensorsWriter().tensor("a", floats, 0, List.of(4L));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.tensor("a", floats, 0, List.of(4L)))
        .withMessageContaining("taken");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.tensor("__metadata__", floats, 0, List.of(4L)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.tensor("half \ud83d", floats, 0, List.of(4L)));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.metadata("x", "\ude00"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.tensor("b", floats, 0, List.of(-2L, -2L)));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> writer.tensor("b", floats, 1, List.of(4L)));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> writer.tensor("b", floats, 0, List.of(1L << 40, 1L << 40)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.write(folder.resolve("x"), 55))
        .withMessageContaining("56 bytes, more than the 55 allowed");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesToReadWhereThereIsNoRoom() throws IOException {
    Path file = folder.resolve("x.safetensors");
    float[] floats = new float[4];
    new SafetensorsWriter().tensor("a", MemorySegment.ofArray(floats), 0, List.of(4L)).write(file);

    SafetensorsReader reader = SafetensorsReader.open(file);
    try (reader) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> reader.read("b", MemorySegment.ofArray(floats), 0));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> reader.read("a", MemorySegment.ofArray(floats), 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> reader.read("a", MemorySegment.ofArray(floats).asReadOnly(), 0));
      Arena arena = Arena.ofConfined();
      MemorySegment freed = Memory.allocate(arena, 4);
      arena.close();
      assertThatIllegalStateException().isThrownBy(() -> reader.read("a", freed, 0));
    }
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> reader.read("a", MemorySegment.ofArray(floats), 0));
  }

  @Test
  void saysWhereAFileBecameShorterWhileItWasRead() throws IOException {
    Path file = folder.resolve("x.safetensors");
    MemorySegment floats = MemorySegment.ofArray(new float[4]);
    new SafetensorsWriter().tensor("a", floats, 0, List.of(4L)).write(file);
    byte[] bytes = Files.readAllBytes(file);

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));

      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> reader.read("a", floats, 0))
          .withMessage(
              "%s: byte %s: the file ends here; it has become shorter while it was read",
              file, bytes.length - 5);
    }
  }
}
