package dev.lanewise.mnist.machine;

import dev.lanewise.mnist.text.ConsoleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor's name. */
final class Cpu {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Cpu() {}

  /** What the kernel of Linux calls it, elsewhere its architecture. */
  static String name() {
    return nameIn(CPU_INFO, System.getProperty("os.arch", "unknown"));
  }

  /** The first "model name" of a file, or the alternative where there is none. */
  static String nameIn(Path file, String alternative) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name") && line.indexOf(':') > 0)
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .filter(name -> !name.isEmpty())
          .map(ConsoleText::oneLine)
          .findFirst()
          .orElse(alternative);
    } catch (IOException | java.io.UncheckedIOException e) {
      return alternative; // not Linux, or closed to us
    }
  }
}
