package dev.lanewise.mnist.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          999             | 999 B
          373568          | 374 kB
          8019456         | 8.0 MB
          25276514304     | 25.3 GB
          1234567890123   | 1,234.6 GB
          """)
  void anAmountOfMemoryHasTheUnitThatKeepsItShort(long bytes, String text) {
    assertThat(Format.bytes(bytes)).isEqualTo(text);
  }
}
