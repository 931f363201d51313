package dev.lanewise.engine.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The pieces of JSON (RFC 8259) of which a safetensors header consists: objects, strings and lists
 * of integers that are not negative. Everything else is a fault: other values, duplicate names,
 * bytes that are not UTF-8, surrogates without a partner.
 *
 * <p>The caller asks for what must come next, so how deep the text may nest is fixed by the calling
 * code and not by the file. Reads the bytes where they are. Not thread-safe.
 */
final class HeaderJson {
  private static final int END = -1;

  private final Path file;
  private final MemorySegment bytes;
  private final long origin;
  private long position;

  /** The string being read, as UTF-8; it grows with what was read, never with what is announced. */
  private byte[] text = new byte[64];

  private int length;

  /** Reads one member of an object, from behind the colon. */
  interface Member {
    void read(String name) throws ModelFormatException;
  }

  /**
   * A reader of the whole segment.
   *
   * @param file for messages
   * @param origin where the segment's first byte lies in the file, for messages
   */
  HeaderJson(Path file, MemorySegment bytes, long origin) {
    this.file = file;
    this.bytes = bytes;
    this.origin = origin;
  }

  /** Requires that the text begins with an object, without white space before it. */
  void start() throws ModelFormatException {
    if (peek() != '{') {
      throw fault("expected '{', found " + found());
    }
  }

  /** Reads an object; {@code member} is called behind the colon of each member. */
  void object(Member member) throws ModelFormatException {
    expect('{');
    if (take('}')) {
      return;
    }
    Set<String> names = new HashSet<>();
    do {
      String name = string();
      if (!names.add(name)) {
        throw fault("the name " + ModelFormatException.quoted(name) + " stands twice in an object");
      }
      expect(':');
      member.read(name);
    } while (take(','));
    expect('}');
  }

  /**
   * Reads a list of integers from 0 to {@link Long#MAX_VALUE}.
   *
   * @param most the longest list to accept
   */
  long[] integers(int most) throws ModelFormatException {
    expect('[');
    if (take(']')) {
      return new long[0];
    }
    long[] values = new long[4];
    int count = 0;
    do {
      if (count == most) {
        throw fault("a list of more than " + most + " numbers");
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = integer();
    } while (take(','));
    expect(']');
    return Arrays.copyOf(values, count);
  }

  private long integer() throws ModelFormatException {
    skipWhitespace();
    long start = position;
    long value = 0;
    while (isDigit(peek())) {
      int digit = peek() - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw fault("a number greater than " + Long.MAX_VALUE);
      }
      value = value * 10 + digit;
      position++;
    }
    if (position == start) {
      throw fault("expected an integer that is not negative, found " + found());
    }
    if (position - start > 1 && byteAt(start) == '0') {
      throw fault("a number with a leading zero");
    }
    return value;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Reads a string. */
  String string() throws ModelFormatException {
    expect('"');
    long start = position;
    length = 0;
    while (true) {
      int c = peek();
      if (c == END) {
        throw fault("the header ends within a string");
      }
      if (c < ' ') {
        throw fault("a control character within a string");
      }
      position++;
      if (c == '"') {
        return decoded(start);
      }
      if (c == '\\') {
        escape();
      } else {
        append(c);
      }
    }
  }

  private void escape() throws ModelFormatException {
    int c = peek();
    position++;
    switch (c) {
      case '"', '\\', '/' -> append(c);
      case 'b' -> append('\b');
      case 'f' -> append('\f');
      case 'n' -> append('\n');
      case 'r' -> append('\r');
      case 't' -> append('\t');
      case 'u' -> appendCodePoint(codePoint());
      default -> {
        position--;
        throw fault("an unknown escape within a string");
      }
    }
  }

  private int codePoint() throws ModelFormatException {
    int first = codeUnit();
    if (!Character.isSurrogate((char) first)) {
      return first;
    }
    if (Character.isHighSurrogate((char) first) && peek() == '\\') {
      position++;
      if (peek() == 'u') {
        position++;
        int second = codeUnit();
        if (Character.isLowSurrogate((char) second)) {
          return Character.toCodePoint((char) first, (char) second);
        }
      }
    }
    throw fault("half of a surrogate pair within a string");
  }

  private int codeUnit() throws ModelFormatException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw fault("\\u without four hexadecimal digits");
      }
      unit = 16 * unit + digit;
      position++;
    }
    return unit;
  }

  private void appendCodePoint(int point) {
    for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
      append(b);
    }
  }

  private void append(int b) {
    if (length == text.length) {
      text = Arrays.copyOf(text, 2 * length);
    }
    text[length++] = (byte) b;
  }

  private String decoded(long start) throws ModelFormatException {
    try {
      // A fresh decoder reports what is malformed; String's constructor would replace it.
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      return decoder.decode(ByteBuffer.wrap(text, 0, length)).toString();
    } catch (CharacterCodingException e) {
      position = start;
      throw fault("a string that is not UTF-8");
    }
  }

  /** Skips white space and then exactly this character. */
  private void expect(char c) throws ModelFormatException {
    if (!take(c)) {
      throw fault("expected '" + c + "', found " + found());
    }
  }

  private boolean take(char c) {
    skipWhitespace();
    if (peek() != c) {
      return false;
    }
    position++;
    return true;
  }

  /** Requires that nothing but white space is left. */
  void end() throws ModelFormatException {
    skipWhitespace();
    if (peek() != END) {
      throw fault("expected the end of the header, found " + found());
    }
  }

  private void skipWhitespace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      position++;
    }
  }

  private int peek() {
    return position < bytes.byteSize() ? byteAt(position) : END;
  }

  private int byteAt(long index) {
    return bytes.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
  }

  private String found() {
    int c = peek();
    if (c == END) {
      return "the end of the header";
    }
    return c > ' ' && c < 0x7F ? "'" + (char) c + "'" : "the byte 0x" + Integer.toHexString(c);
  }

  /** An exception about the byte at which reading stopped. */
  ModelFormatException fault(String fault) {
    return new ModelFormatException(file, "byte " + (origin + position) + " (header)", fault);
  }
}
