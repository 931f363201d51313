package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault of a file, by name: one exception, whose message names the file, place and fault. */
@Tag("once")
class SafetensorsFaultTest {
  @TempDir private Path folder;

  /** Headers in which ' stands for ", each with 8 bytes of data, and what is said of them. */
  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The text is no JSON, or not that of a header.
        "`` | byte 8 (header) | expected '{', found the end of the header",
        "` {}` | byte 8 (header) | expected '{', found the byte 0x20",
        "`[]` | byte 8 (header) | expected '{', found '['",
        "`{` | byte 9 (header) | expected '\"', found the end of the header",
        "`{}}` | byte 10 (header) | expected the end of the header, found '}'",
        "`{} {}` | byte 11 (header) | expected the end of the header, found '{'",
        "`{'a'}` | byte 12 (header) | expected ':', found '}'",
        "`{'a':1}` | byte 13 (header) | expected '{', found '1'",
        "`{'a':{}]` | tensor \"a\" | dtype is missing",
        "`{'a` | byte 11 (header) | the header ends within a string",
        "`{'a\\` | byte 12 (header) | an unknown escape within a string",
        "`{'\\x41` | byte 11 (header) | an unknown escape within a string",
        "`{'\\u00g1` | byte 14 (header) | \\u without four hexadecimal digits",
        "`{'\\ud83d'` | byte 16 (header) | half of a surrogate pair within a string",
        "`{'\\ud83d\\n'` | byte 17 (header) | half of a surrogate pair within a string",
        "`{'\\ud83d\\u0041'` | byte 22 (header) | half of a surrogate pair within a string",
        "`{'\\ude00\\ud83d'` | byte 16 (header) | half of a surrogate pair within a string",
        "`{'a':{'b':{'c':{}}}}` | byte 18 (header) | unknown field \"b\"",
        "`{'__metadata__':{'a':{}}}` | byte 29 (header) | expected '\"', found '{'",
        "`{'__metadata__':null}` | byte 24 (header) | expected '{', found 'n'",
        "`{'__metadata__':{'a':'','a':''}}`"
            + " | byte 35 (header) | the name \"a\" stands twice in an object",
        "`{'__metadata__':{},'__metadata__':{}}`"
            + " | byte 41 (header) | the name \"__metadata__\" stands twice in an object",
        // A tensor's fields.
        "`{'a':{'dtype':'F32','dtype':'F32'}}`"
            + " | byte 35 (header) | the name \"dtype\" stands twice in an object",
        "`{'a':{'dtype':'F32','shape':[2]}}` | tensor \"a\" | data_offsets is missing",
        "`{'a':{'dtype':'F32','data_offsets':[0,8]}}` | tensor \"a\" | shape is missing",
        "`{'a':{'dtype':'F16','shape':[4],'data_offsets':[0,8]}}`"
            + " | tensor \"a\" | its dtype is \"F16\"; only F32 is supported",
        "`{'a':{'dtype':'f32','shape':[2],'data_offsets':[0,8]}}`"
            + " | tensor \"a\" | its dtype is \"f32\"; only F32 is supported",
        "`{'a':{'shape':[-2]}}`"
            + " | byte 23 (header) | expected an integer that is not negative, found '-'",
        "`{'a':{'shape':[2.0]}}` | byte 24 (header) | expected ']', found '.'",
        "`{'a':{'shape':[2e0]}}` | byte 24 (header) | expected ']', found 'e'",
        "`{'a':{'shape':[02]}}` | byte 25 (header) | a number with a leading zero",
        "`{'a':{'shape':['2']}}`"
            + " | byte 23 (header) | expected an integer that is not negative, found '\"'",
        "`{'a':{'shape':[2,]}}`"
            + " | byte 25 (header) | expected an integer that is not negative, found ']'",
        "`{'a':{'shape':[[2]]}}`"
            + " | byte 23 (header) | expected an integer that is not negative, found '['",
        "`{'a':{'shape':[9223372036854775808]}}`"
            + " | byte 41 (header) | a number greater than 9223372036854775807",
        "`{'a':{'data_offsets':[0,8,8]}}` | byte 34 (header) | a list of more than 2 numbers",
        "`{'a':{'dtype':'F32','shape':[2],'data_offsets':[8]}}`"
            + " | tensor \"a\" | data_offsets must be two numbers, not 1",
        // Shapes and places.
        "`{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}`"
            + " | tensor \"a\" | its data ends (0) before it begins (8)",
        "`{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}`"
            + " | tensor \"a\" | it ends at byte 12 of the data, of which there are 8",
        "`{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}`"
            + " | tensor \"a\" | its shape [1] takes 4 bytes, its offsets span 8",
        "`{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}`"
            + " | tensor \"a\" | its shape [4294967296, 4294967296] has more elements than can"
            + " be counted",
        "`{'a':{'dtype':'F32','shape':[4611686018427387906],'data_offsets':[0,8]}}`"
            + " | tensor \"a\" | its shape [4611686018427387906] has more elements than can be"
            + " counted",
        "`{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32'"
            + ",'shape':[1],'data_offsets':[4,8]}}`"
            + " | tensor \"b\" | it begins at byte 4 of the data, within the tensor before it,"
            + " which ends at 8",
        "`{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}`"
            + " | tensor \"a\" | before it, 4 bytes belong to no tensor",
        "`{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}`"
            + " | end of file | 4 bytes behind the last tensor belong to none",
        "`{}` | end of file | 8 bytes behind the last tensor belong to none",
      })
  void namesTheFault(String header, String place, String fault) throws IOException {
    assertFault(RawFile.of(header.replace('\'', '"'), 8), place, fault);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x0A, 0x1F})
  void refusesControlCharactersInStrings(int c) throws IOException {
    assertFault(
        RawFile.of("{\"" + (char) c + "\":", 0),
        "byte 10 (header)",
        "a control character within a string");
  }

  @Test
  void refusesStringsThatAreNotUtf8() throws IOException {
    String[] all = {"\u0080", "\u00c3", "\u00c0\u0080", "\u00ed\u00a0\u0080"};
    for (String malformed : all) {
      byte[] header = ("{\"" + malformed + "\":").getBytes(StandardCharsets.ISO_8859_1);

      assertFault(
          RawFile.of(header, new byte[0]), "byte 10 (header)", "a string that is not UTF-8");
    }
  }

  @Test
  void refusesFilesShorterThanALength() throws IOException {
    assertFault(new byte[0], "byte 0", "0 bytes are fewer than the length of a header takes");
    assertFault(new byte[7], "byte 0", "7 bytes are fewer than the length of a header takes");
  }

  @Test
  void refusesAHeaderLongerThanTheFile() throws IOException {
    assertFault(length(3, 2), "byte 0 (header length)", "3 bytes, more than the 2 that follow");
  }

  @Test
  void takesNoMemoryOnAHeadersWord() throws IOException {
    assertFault(
        length(1L << 60, 2),
        "byte 0 (header length)",
        "1152921504606846976 bytes, more than the 100000000 allowed");
    assertFault(
        length(-1, 2),
        "byte 0 (header length)",
        "18446744073709551615 bytes, more than the 100000000 allowed");
  }

  @Test
  void refusesALongHeaderEvenIfItIsThere() throws IOException {
    Path file = RawFile.write(folder, length(100_000_001, 0));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200_000_000);
    }

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> SafetensorsReader.open(file))
        .withMessageContaining("100000001 bytes, more than the 100000000 allowed");
  }

  @Test
  void refusesListsWithoutEnd() throws IOException {
    assertFault(
        RawFile.of("{\"a\":{\"shape\":[" + "1,".repeat(1_000_000), 0),
        "byte 151 (header)",
        "a list of more than 64 numbers");
  }

  @Test
  void showsTextOfTheFileWithoutControlCharactersAndShortened() {
    assertThat(ModelFormatException.quoted("a\u001b[2J\n\u202e😀\ud83d"))
        .isEqualTo("\"a\\u{1b}[2J\\u{a}\\u{202e}😀\\u{d83d}\"");
    assertThat(ModelFormatException.quoted("x".repeat(1000)))
        .isEqualTo("\"" + "x".repeat(80) + "...\"");
    assertThat(ModelFormatException.quoted("x".repeat(80))).hasSize(82);
  }

  @Test
  void saysThatAFileIsMissing() {
    Path file = folder.resolve("missing.safetensors");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> SafetensorsReader.open(file))
        .withMessage(file + ": no such file");
  }

  @Test
  void saysThatAFolderIsNoFile() {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> SafetensorsReader.open(folder))
        .withMessage(folder + ": not a regular file");
  }

  @Test
  void leavesNoFileOpenAfterAFault() throws IOException {
    Path file = RawFile.write(folder, RawFile.of("{", 0));
    // More than the files a process may have open by default on most systems.
    for (int i = 0; i < 5_000; i++) {
      assertThat(catchThrowableOfType(IOException.class, () -> SafetensorsReader.open(file)))
          .isInstanceOf(ModelFormatException.class);
    }
    Files.delete(file);
  }

  private static byte[] length(long length, int following) {
    return ByteBuffer.allocate(Long.BYTES + following)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .array();
  }

  private void assertFault(byte[] bytes, String place, String fault) throws IOException {
    Path file = RawFile.write(folder, bytes);

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> SafetensorsReader.open(file))
        .withMessage(file + ": " + place + ": " + fault);
  }
}
