package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The side-by-side module still fits the engine and this module. The default build does not compile it, since its
 * libraries are large; here javac does without them, and only what they explain may be wrong.
 */
class PeersSourceTest {
  private static final Path SOURCES = Path.of("peers", "src", "main", "java");

  /** An import of one of the libraries. */
  private static final Pattern LIBRARY = Pattern.compile("(?m)^import (static )?(?!java\\.|dev\\.lanewise\\.|org\\.jspecify\\.)");

  /** What javac says where a library is missing. */
  private static final Pattern MISSING = Pattern.compile("compiler\\.err\\.(doesnt\\.exist|cant\\.resolve.*|static\\.imp\\..*)");

  /** What it names where the project itself has something no longer: a type, or a member of another type. */
  private static final String OURS = "(package dev\\.lanewise|location: .*dev\\.lanewise(?!\\.bench\\.peers\\.%s\\b))";

  @Test
  @DisplayName("Sources without a library compile; those with one lack the library alone")
  void compiles(@TempDir Path output) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(file -> file.toString().endsWith(".java")).map(Path::toAbsolutePath).toList();
    }
    Set<Path> adapters =
        files.stream().filter(file -> LIBRARY.matcher(text(file)).find()).collect(Collectors.toSet());
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(adapters).hasSizeBetween(1, 10);
    assertThat(complaints(files, output))
        .allSatisfy(
            complaint -> {
              Path file = Path.of(complaint.getSource().toUri());
              String name = file.getFileName().toString().replace(".java", "");
              assertThat(adapters).as("%s", complaint).contains(file);
              assertThat(complaint.getCode()).as("%s", complaint).matches(MISSING);
              assertThat(complaint.getMessage(Locale.ROOT)).doesNotContainPattern(OURS.formatted(name));
            });
  }

  private static List<Diagnostic<? extends JavaFileObject>> complaints(List<Path> files, Path output) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of(
              "-proc:none", "-XDshould-stop.ifError=FLOW", "-Xmaxerrs", "10000", "--add-modules", "jdk.incubator.vector",
              "-classpath", ChildJvm.ownClassPath(), "-d", output.toString());
      compiler.getTask(null, manager, found, options, null, manager.getJavaFileObjectsFromPaths(files)).call();
    }
    return found.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR).toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
