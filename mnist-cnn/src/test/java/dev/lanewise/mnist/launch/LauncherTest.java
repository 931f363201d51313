package dev.lanewise.mnist.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "25, 25", "25.0.3, 25", "25-ea, 25", "1.8.0_392, 8", "17.0.15+6-Debian, 17", "11., 11",
    "'', 0", "unknown, 0", ".5, 0", "1., 0", "99999999999, 0"
  })
  void readsTheFeatureNumberOfAVersion(String text, int feature) {
    assertThat(LauncherJdk.parseVersion(text)[0]).isEqualTo(feature);
  }

  @Test
  void findsTheNewestFittingJdk() throws IOException {
    jdk("a/jdk-17", "17.0.9", "java.base jdk.incubator.vector");
    jdk("a/jdk-25", "25.0.3", "java.base jdk.incubator.vector");
    jdk("b/jdk-25-newer", "25.0.10", "java.base jdk.incubator.vector java.sql");
    jdk("b/jre-26", "26", "java.base");
    jdk("b/jdk-24", "24.0.2", "java.base jdk.incubator.vector");
    Files.createFile(dir.resolve("b/file"));

    LauncherJdk found = LauncherJdk.newestIn(folders("a", "b", "absent"));

    assertThat(found).isNotNull();
    assertThat(found.home()).isEqualTo(dir.resolve("b/jdk-25-newer").toFile());
    assertThat(found.java()).isEqualTo(dir.resolve("b/jdk-25-newer/bin/java").toFile());
  }

  @Test
  void findsTheJdkInsideOfABundleOfMacOs() throws IOException {
    jdk("a/temurin-25.jdk/Contents/Home", "25", "jdk.incubator.vector");

    LauncherJdk found = LauncherJdk.newestIn(folders("a"));

    assertThat(found).isNotNull();
    assertThat(found.home().toPath()).isEqualTo(dir.resolve("a/temurin-25.jdk/Contents/Home"));
  }

  @Test
  void takesTheVectorModuleFromJmodsToo() throws IOException {
    jdk("a/jdk", "25", "java.base");
    Files.createDirectories(dir.resolve("a/jdk/jmods"));
    assertThat(LauncherJdk.at(dir.resolve("a/jdk").toFile())).isNull();

    Files.createFile(dir.resolve("a/jdk/jmods/jdk.incubator.vector.jmod"));
    assertThat(LauncherJdk.at(dir.resolve("a/jdk").toFile())).isNotNull();
  }

  @Test
  void refusesFoldersWithoutJavaOrReleaseFile() throws IOException {
    jdk("a/no-java", "25", "jdk.incubator.vector");
    Files.delete(dir.resolve("a/no-java/bin/java"));
    jdk("a/no-release", "25", "jdk.incubator.vector");
    Files.delete(dir.resolve("a/no-release/release"));

    assertThat(LauncherJdk.newestIn(folders("a"))).isNull();
  }

  @Test
  void handsOnTheUsersOptions() {
    List<String> options = List.of("-Xmx2g", "-Da=b c", "-XX:+UseSerialGC", "-ea");

    assertThat(LauncherOptions.handedOn(options, true)).isEqualTo(options);
    assertThat(LauncherOptions.handedOn(options, false))
        .startsWith("-XX:+IgnoreUnrecognizedVMOptions")
        .containsAll(options);
  }

  @Test
  void keepsAgentsAndWhatAnOlderJavaKnewBack() {
    List<String> agents =
        List.of(
            "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
            "-javaagent:a.jar",
            "-Dcom.sun.management.jmxremote.port=9999",
            "exit");
    List<String> old = List.of("-Djava.security.manager", "-Xshare:dump", "--illegal-access=warn");

    assertThat(LauncherOptions.handedOn(agents, true)).isEmpty();
    assertThat(LauncherOptions.handedOn(old, true)).isEqualTo(old);
    assertThat(LauncherOptions.handedOn(old, false)).isEmpty();
  }

  @Test
  void quotesTheCommandForAShell() {
    assertThat(LauncherOptions.line(List.of("/a/java", "-Da=b", "", "x y", "it's", "\\$"), false))
        .isEqualTo("/a/java -Da=b '' 'x y' 'it'\\''s' '\\$'");
  }

  @Test
  void quotesTheCommandForWindows() {
    assertThat(LauncherOptions.line(List.of("C:\\a\\java.exe", "x y\\", "a\\\"b", ""), true))
        .isEqualTo("C:\\a\\java.exe \"x y\\\\\" \"a\\\\\\\"b\" \"\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8192})
  void takesOnlyTheWarningOutOfTheErrors(int piece) throws IOException {
    String warning = LauncherChild.WARNING;

    assertThat(copied(warning + "\nbad\n", piece)).isEqualTo("bad\n");
    assertThat(copied(warning + "\r\nbad\r\n", piece)).isEqualTo("bad\r\n");
    assertThat(copied("first\n" + warning + "\nlast", piece)).isEqualTo("first\nlast");
    for (String other :
        List.of(
            "", "\n\nx", "WARN", "WARNING: Using\n", warning, warning + ", x\n", "x" + warning)) {
      assertThat(copied(other, piece)).isEqualTo(other);
    }
    assertThat(copied(warning + "\n" + warning + "\n", piece)).isEqualTo(warning + "\n");
  }

  @Test
  void keepsTheHeapSmallUnlessTheUserChooses() {
    assertThat(LauncherOptions.memory(List.of("-Dx=-Xmx1g", "-XX:+UseAVX"))).contains("-Xmn32m");
    for (String chosen :
        List.of("-Xmx1g", "-Xmn8m", "-XX:+UseZGC", "-XX:MaxRAMPercentage=50", "-XX:NewSize=8m")) {
      assertThat(LauncherOptions.memory(List.of(chosen))).as(chosen).isEmpty();
    }
  }

  @Test
  void saysWhatIsMissingInOneLineAndNeverStartsTwice() throws Exception {
    Outcome outcome = launch(java25(), Map.of(), "-Dlanewise.relaunched=true");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).startsWith("mnist-cnn: ").contains("JDK 25").hasLineCount(1);
  }

  @Test
  void namesAWishedJavaThatDoesNotFit() throws Exception {
    Outcome outcome = launch(olderJava(), Map.of("LANEWISE_JAVA_HOME", dir.toString()));

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).contains("LANEWISE_JAVA_HOME", dir.toString()).hasLineCount(1);
  }

  @Test
  void printsTheCommandUnderTheDefaultJava() throws Exception {
    Map<String, String> environment =
        Map.of("LANEWISE_NO_RELAUNCH", "1", "LANEWISE_JAVA_HOME", System.getProperty("java.home"));
    Outcome outcome = launch(olderJava(), environment, "-Xmx300m");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.output())
        .startsWith(LauncherOptions.line(List.of(java25()), false))
        .contains(" --add-modules jdk.incubator.vector ", " -Xmx300m ", " '--no such option'")
        .hasLineCount(1);
  }

  @Test
  void handsTheExitCodeAndTheStreamsOn() throws Exception {
    Outcome outcome =
        launch(olderJava(), Map.of("LANEWISE_JAVA_HOME", System.getProperty("java.home")));

    // Whatever the application says to an unknown option, it says it itself and without a warning.
    assertThat(outcome.errors()).doesNotContain("incubator", "Launcher");
    assertThat(outcome.code()).isEqualTo(expectedCode());
  }

  private int expectedCode() throws Exception {
    List<String> flags =
        List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    return launch(java25(), Map.of(), flags.toArray(new String[0])).code();
  }

  @Test
  @EnabledOnOs(value = LINUX, disabledReason = "elsewhere arguments are Unicode whatever LC_ALL says")
  void refusesFilesWhoseNamesTheCharacterSetLacks() throws Exception {
    Outcome outcome = launch(java25(), Map.of("LC_ALL", "C"), List.of(), "--\u6570");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).startsWith("mnist-cnn: ").contains("set LC_ALL=C.UTF-8").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "out?, ANSI_X3.4-1968, true", "out\uFFFD, US-ASCII, true", "out, US-ASCII, false", "out?, UTF-8, false",
    "out?, ISO-8859-1, false", "out?, '', false", "out?, Cp1252, false", "out?, no such set, false"
  })
  void onlyAsciiLosesCharacters(String argument, String encoding, boolean lost) {
    assertThat(LauncherOptions.mayLackCharacters(new String[] {"train", argument}, encoding)).isEqualTo(lost);
  }

  private record Outcome(int code, String output, String errors) {}

  private Outcome launch(String java, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    return launch(java, environment, List.of(options), "--no such option");
  }

  private Outcome launch(
      String java, Map<String, String> environment, List<String> options, String argument)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Launcher.class.getName()));
    command.add(argument);
    Path output = dir.resolve("output");
    Path errors = dir.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.contains("JAVA"));
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(
        process.exitValue(), Files.readString(output).strip(), Files.readString(errors).strip());
  }

  private static String java25() {
    return System.getProperty("java.home") + "/bin/java";
  }

  /** The java on the path, if it is one that the launcher has to replace. */
  private static String olderJava() throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("java", "-version").redirectErrorStream(true).start();
    } catch (IOException e) {
      return abort("no java on the path");
    }
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    String version = text.replaceAll("(?s).*?version \"([^\"]*)\".*", "$1");
    int feature = LauncherJdk.parseVersion(version)[0];
    assumeTrue(feature >= 8 && feature < LauncherJdk.MIN_VERSION, "the default java is " + version);
    return "java";
  }

  private void jdk(String place, String version, String modules) throws IOException {
    Path home = dir.resolve(place);
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(home.resolve("bin/java"));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nMODULES=\"" + modules + "\"\n");
  }

  private List<File> folders(String... names) {
    List<File> folders = new ArrayList<>();
    for (String name : names) {
      folders.add(dir.resolve(name).toFile());
    }
    return folders;
  }

  /** What comes out if the stream delivers pieces of this size. */
  private static String copied(String text, int piece) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    List<InputStream> pieces = new ArrayList<>();
    for (int i = 0; i < bytes.length; i += piece) {
      pieces.add(new ByteArrayInputStream(bytes, i, Math.min(piece, bytes.length - i)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LauncherChild.copyWithoutWarning(
        new SequenceInputStream(Collections.enumeration(pieces)), out);
    return out.toString(UTF_8);
  }
}
