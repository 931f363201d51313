package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page that shows libraries side by side. */
class SideBySideTest {
  private static Outcome outcome(String part, String what, int threads, String library, double... shares) {
    List<Double> values = Arrays.stream(shares).boxed().toList();
    return new Outcome(
        part, what, threads, library, "GFLOP/s", values.stream().map(s -> 200 * s).toList(), values, "");
  }

  private static Outcome failed(String what, String library, String reason) {
    return new Outcome("gemm", what, 1, library, "GFLOP/s", List.of(), List.of(), reason);
  }

  private static SideBySide page() {
    Map<String, String> libraries = new LinkedHashMap<>();
    libraries.put("Lanewise", "1");
    libraries.put("Other", "2.5");
    return new SideBySide(
        "AMD Ryzen(TM) 9", Map.of("Java", "25"), libraries,
        List.of(
            outcome("gemm", "64", 1, "Lanewise", 0.8, 0.6, 0.9),
            failed("64", "Other", "no native library"),
            outcome("gemm", "128", 1, "Lanewise", 0.7),
            failed("128", "Other", "no native library"),
            outcome("gemm", "256", 1, "Lanewise", 0.7),
            outcome("gemm", "256", 1, "Other", 0.5),
            outcome("gemm", "64", 2, "Lanewise", 0.5),
            outcome("convolution", "conv1 forward", 1, "Other", 0.25, 0.75)),
        List.of("A note."));
  }

  @Test
  @DisplayName("A cell has the middle fork's rate and share, and the slowest over the fastest")
  void cells() {
    assertThat(page().markdown())
        .contains("| 64 | 160.0 · 0.80 · 0.67 | – (1) |", "| 256 | 140.0 · 0.70 · 1.00 | 100.0 · 0.50 · 1.00 |");
  }

  @Test
  @DisplayName("An even number of forks has its middle between two")
  void evenForks() {
    assertThat(page().markdown()).contains("| conv1 forward | 100.0 · 0.50 · 0.33 |");
  }

  @Test
  @DisplayName("What could not run stays in its place, with the reason below")
  void failures() {
    assertThat(page().markdown()).contains("| 128 | 140.0 · 0.70 · 1.00 | – (1) |", "\n1. no native library\n");
  }

  @Test
  @DisplayName("Rates with a remark are not shown: they come from different work")
  void remarks() {
    Outcome doubtful = new Outcome("gemm", "64", 1, "Lanewise", "GFLOP/s", List.of(5.0), List.of(0.5), "wrong result");
    SideBySide page = new SideBySide("c", Map.of(), Map.of("Lanewise", "1"), List.of(doubtful), List.of());
    assertThat(page.markdown()).contains("| 64 | – (1) |", "1. wrong result").doesNotContain("5.0");
  }

  @Test
  @DisplayName("Parts and numbers of threads get tables of their own, with the libraries that took part")
  void tables() {
    String page = page().markdown();
    assertThat(page).startsWith("# Side by side on AMD Ryzen(TM) 9\n");
    assertThat(page).contains("- Java: 25\n", "| Other | 2.5 |", "- A note.\n");
    assertThat(page).containsSubsequence(
        "## gemm, one thread", "| GFLOP/s | Lanewise | Other |", "## gemm, 2 threads", "| GFLOP/s | Lanewise |\n",
        "## convolution, one thread", "| GFLOP/s | Other |\n");
  }

  @Test
  @DisplayName("The page and a picture for each table are written, all of them well-formed")
  void files(@TempDir Path folder) throws Exception {
    Path page = page().write(folder.resolve("new"));
    assertThat(page).hasFileName("amd-ryzen-9.md").hasContent(page().markdown());
    for (String picture : List.of("gemm-1", "gemm-2", "convolution-1")) {
      Path file = page.resolveSibling("amd-ryzen-9-" + picture + ".svg");
      assertThat(Files.readString(page)).contains(file.getFileName().toString());
      assertThat(rootOf(file)).isEqualTo("svg");
    }
  }

  static String rootOf(Path file) throws Exception {
    // Without a network: the file names a document type of the web.
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    try (InputStream in = Files.newInputStream(file)) {
      return factory.newDocumentBuilder().parse(in).getDocumentElement().getNodeName();
    }
  }

  @ParameterizedTest
  @DisplayName("A CPU's name becomes a file's")
  @CsvSource({
    "Intel(R) Xeon(R) Processor, intel-xeon-processor",
    "AMD EPYC 9654 96-Core Processor, amd-epyc-9654-96-core-processor",
    "'  ?', unknown", "../../etc, etc"
  })
  void slug(String cpu, String slug) throws IOException {
    assertThat(SideBySide.slug(cpu)).isEqualTo(slug);
  }
}
