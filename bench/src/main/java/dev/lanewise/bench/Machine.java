package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * Tells what a benchmark's JVM runs on, as a JSON object. It has to be asked in a JVM of its own: the one that
 * collects the results has neither the vector module nor a vector width.
 */
public final class Machine {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /**
   * Prints the object.
   *
   * @param args none
   */
  public static void main(String[] args) {
    StringJoiner object = new StringJoiner(", ", "{", "}");
    facts().forEach((name, value) ->
        object.add("\"" + name + "\": " + (value instanceof Number ? value : "\"" + escaped(value + "") + "\"")));
    System.out.println(object);
  }

  /** Of the JVM that asks: texts and numbers. */
  static Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("cpu", cpu());
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
    facts.put("kernels", Kernels.SIMD ? "simd" : "scalar");
    facts.put("vectorBits", Kernels.VECTOR_BITS);
    return facts;
  }

  /**
   * What a page of figures has to say of this machine.
   *
   * @return names and texts in order, "CPU" the first; may be added to
   */
  public static Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("CPU", cpu());
    lines.put("Cores", Runtime.getRuntime().availableProcessors() + "");
    lines.put("System", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    lines.put("Java", System.getProperty("java.vendor") + " " + Runtime.version());
    return lines;
  }

  /**
   * The CPU's name, or "unknown"; on Linux with family and model, since virtual machines give several CPUs one name.
   */
  public static String cpu() {
    if (Files.isReadable(CPUS)) {
      try (Stream<String> lines = Files.lines(CPUS)) {
        return cpu(lines);
      } catch (IOException e) {
        return "unknown";
      }
    }
    String name = System.getenv("PROCESSOR_IDENTIFIER"); // Windows
    return name == null ? "unknown" : name;
  }

  /** From the lines of {@code /proc/cpuinfo}, which is about one processor after the other. */
  static String cpu(Stream<String> lines) {
    Map<String, String> first = new HashMap<>();
    lines.map(line -> line.split(":", 2)).filter(parts -> parts.length == 2)
        .forEach(parts -> first.putIfAbsent(parts[0].strip(), parts[1].strip()));
    StringBuilder cpu = new StringBuilder(first.getOrDefault("model name", "unknown"));
    if (first.containsKey("cpu family") && first.containsKey("model")) {
      cpu.append(" (family ").append(first.get("cpu family")).append(", model ").append(first.get("model")).append(')');
    }
    return cpu.toString();
  }

  static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
  }
}
