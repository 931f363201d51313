package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.mnist.launch.Launcher;
import dev.lanewise.mnist.picture.Pictures;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The application at a real pseudo terminal, that of util-linux's {@code script}, and in pipes. Skipped
 * where there is no such {@code script}.
 */
@Timeout(120)
class TerminalTest {
  private static final String CONTROL_C = "\u0003";

  private static final String MODEL = "model/adam-0.safetensors";

  @TempDir Path dir;

  @BeforeEach
  void terminalAndData() throws IOException, InterruptedException {
    assumeTrue(hasScript(), "no script of util-linux");
    IdxFiles.write(dir.resolve("data"), 1000, 5, 18, 18, 3);
  }

  @Test
  void aTerminalHasALiveLineAndColours() throws IOException, InterruptedException {
    Process app = atTerminal("stty cols 100", train("--epochs", "2"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isZero();
    assertThat(output())
        .containsPattern("\radam +1/2 +100 %  loss [0-9.]+  acc. [0-9.]+ +[0-9,]+ images/s  validating")
        .contains("\u001b[1m"); // the table's heading
  }

  @Test
  void noColorAndDumbTerminalsAreRespected() throws IOException, InterruptedException {
    for (String setting : new String[] {"NO_COLOR=1", "TERM=dumb"}) {
      Process app = atTerminal("export " + setting, train("--epochs", "1"));

      assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output()).contains("bytes/").doesNotContain("\u001b");
    }
  }

  @Test
  void nothingIsWiderThanANarrowTerminal() throws IOException, InterruptedException {
    Process app =
        atTerminal(
            "stty cols 40",
            args("compare", "--optimizers", "sgd,rmsprop", "--epochs", "2", "--output", "o"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isZero();
    String own = output().replace(App.INCUBATOR_WARNING, ""); // that line is the JVM's
    assertThat(own.replaceAll("\u001b\\[[0-9;]*m", "").split("[\r\n]+"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
    assertThat(output()).contains("optimizer  epoch    loss  acc. %");
  }

  @Test
  void theLiveLineFollowsATerminalThatIsMadeNarrower() throws IOException, InterruptedException {
    Process app =
        atTerminal("stty cols 100; tty > tty.txt", train("--epochs", "100000"));
    waitFor("validating", app);
    String tty = Files.readString(dir.resolve("tty.txt")).strip();
    Process stty = new ProcessBuilder("stty", "-F", tty, "cols", "40").inheritIO().start();
    assertThat(stty.waitFor()).isZero();
    int resized = output().length();
    // What was on its way when the width changed may still be longer.
    Pattern narrow = Pattern.compile("\radam +[0-9]+/100000 +[0-9]+ %[^\r\n]{0,16}[\r\n]");
    Matcher first = narrow.matcher("");
    while (!first.reset(output().substring(resized)).find() && app.isAlive()) {
      Thread.sleep(5);
    }
    int from = resized + first.start();
    waitFor("\radam", from + 2000, app);
    String live = output().substring(from); // the paths of the end are longer
    press(CONTROL_C, app);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(live.replaceAll("\u001b\\[[0-9;]*m", "").split("[\r\n]+"))
        .hasSizeGreaterThan(20)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
  }

  @Test
  void errorsHaveLinesOfTheirOwnAndAreBrokenBetweenWords() throws IOException, InterruptedException {
    Process app = atTerminal("stty cols 40", List.of("--color", "never", "--seed", "1.5"));
    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output().replace(App.INCUBATOR_WARNING, "").strip())
        .isEqualToNormalizingNewlines(
            """
            mnist-cnn: Invalid value for option
             '--seed': '1.5' is not a whole number
             of 64 bit (see --help)""");

    app = atTerminal("stty cols 40", List.of("--color", "never", "--data", "no", "--output", "o"));
    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).isEqualTo(2);
    assertThat(output()).contains("\rreading the data\r                \rmnist-cnn: no: no such");
  }

  @Test
  void evaluatesAtANarrowTerminal() throws IOException, InterruptedException {
    Process app =
        atTerminal(
            "stty cols 40; cp " + quoted(App.class.getResource(MODEL).getPath()) + " model",
            List.of("evaluate", "model"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isZero();
    assertThat(output()).containsPattern("MNIST: 10,000 test images, accuracy\\R 98.92 %, loss");
  }

  @Test
  void soAreThoseThatPassThroughTheFirstJvmOfTwo() throws IOException, InterruptedException {
    // The first one adds what keeps the heap small.
    String launcher =
        commandLine(App.command(List.of(), Launcher.class.getName(), List.of("--seed", "1.5")));
    Process app = atTerminal("stty cols 40; export NO_COLOR=1; exec " + launcher, List.of());

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output()).containsPattern("mnist-cnn: Invalid value for option\\R '--seed': '1.5' is");
  }

  @Test
  void errorsInAFileStayInOneLine() throws IOException, InterruptedException {
    Process app = atTerminal("stty cols 40; exec 2> errors.txt", List.of("--seed", "1.5"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(errors()).hasSize(1);
  }

  @Test
  void servesUntilControlC() throws IOException, InterruptedException {
    Process app = atTerminal("true", List.of("serve", "--port", "0"));
    waitFor("(Ctrl-C stops)", app);
    Matcher url = Pattern.compile("Draw a digit on http://localhost:(\\d+)/").matcher(output());
    assertThat(url.find()).as(output()).isTrue();
    int port = Integer.parseInt(url.group(1));
    assertThat(RawHttp.exchange(port, "GET / HTTP/1.1", "Host: localhost\r\n", ""))
        .startsWith("HTTP/1.1 200 ")
        .contains("<title>");
    press(CONTROL_C, app);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isEqualTo(130);
    assertThat(output().replace(App.INCUBATOR_WARNING, "").replace("^C", "").strip())
        .isEqualTo("Draw a digit on http://localhost:%d/ (Ctrl-C stops)".formatted(port));
  }

  @ParameterizedTest
  @CsvSource({"90, 8 %", "40, ' digit     %'"})
  void predictsAtTerminalsOfAnyWidth(int columns, String heading)
      throws IOException, InterruptedException {
    Files.write(
        dir.resolve("seven.png"), Pictures.png(Pictures.seven(64, 64, Color.BLACK, Color.WHITE)));
    Process app = atTerminal("stty cols " + columns, List.of("predict", "seven.png"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isZero();
    assertThat(output()).contains(heading).containsPattern("\nseven.png +7 +[0-9.]+");
    assertThat(output().replace(App.INCUBATOR_WARNING, "").split("[\r\n]+"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }

  @Test
  void controlCKeepsTheBestModelSoFarAndShowsTheEpochsThatAreDone()
      throws IOException, InterruptedException {
    Process app = atTerminal("export LC_ALL=C", train("--epochs", "100000"));
    waitFor("  2/100000", app);
    press(CONTROL_C, app);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isEqualTo(130);
    assertThat(output())
        .contains("Interrupted: 0 of 1 runs finished", "/100000: interrupted; the values are those")
        .containsPattern("Best model of the interrupted run:\\s+\\S*o/adam-0.best.safetensors")
        .containsPattern("\nadam \\d+/100000 +[0-9.]+ +- ")
        .isASCII();
    App.Outcome outcome =
        App.run(
            "evaluate",
            dir.resolve("o/adam-0.best.safetensors").toString(),
            "--data",
            dir.resolve("data").toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(dir.resolve("o/results.json"))
        .content()
        .contains("\"runs\": []", "\"outcome\": \"interrupted\"");
  }

  @Test
  void aSecondControlCEndsAtOnce() throws IOException, InterruptedException {
    // One batch takes many seconds, so that the training does not stop before the second Ctrl-C.
    IdxFiles.write(dir.resolve("data"), 10_000, 5, 28, 28, 3);
    Process app =
        atTerminal("true", train("--epochs", "5", "--batch-size", "full", "--kernels", "scalar"));
    waitFor("1/5", app);
    press(CONTROL_C, app);
    Thread.sleep(300); // two signals at once may arrive as one
    press(CONTROL_C, app);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isEqualTo(130);
    assertThat(output()).doesNotContain("Interrupted");
  }

  @Test
  void onlyTheFirstControlCLeavesTimeForTheTable() throws IOException, InterruptedException {
    IdxFiles.write(dir.resolve("data"), 10_000, 5, 28, 28, 3);
    Process app =
        atTerminal("true", train("--epochs", "5", "--batch-size", "full", "--kernels", "scalar"));
    waitFor("1/5", app);
    press(CONTROL_C, app);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).as(output()).isEqualTo(130);
    assertThat(output()).contains("Interrupted: 0 of 1 runs finished");
  }

  @Test
  void aReaderThatLeavesEndsTheTrainingQuietlyAndKeepsTheBestModel()
      throws IOException, InterruptedException {
    // The sixth line is that of the second epoch.
    Process app =
        inShell("| head -n 6; echo code ${PIPESTATUS[0]}", train("--epochs", "100000"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output()).containsPattern("adam +2/100000").endsWith("code 141\n").hasLineCount(7);
    assertThat(errors()).isEmpty();
    assertThat(dir.resolve("o/adam-0.best.safetensors")).exists();
  }

  @Test
  void soDoesAReaderOfMetricsThatLeaves() throws IOException, InterruptedException {
    Process app =
        inShell(
            "| head -n 1; echo code ${PIPESTATUS[0]}",
            train("--epochs", "100000", "--quiet", "--metrics", "-"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output()).startsWith("{\"event\":\"step\"").endsWith("code 141\n").hasLineCount(2);
  }

  @Test
  void anOutputThatCannotBeWrittenIsAnError() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
    Process app = inShell("> /dev/full; echo code $?", List.of("info"));

    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output()).isEqualTo("code 1\n");
    assertThat(errors()).singleElement().asString().startsWith("mnist-cnn: cannot write to the standard output: ");
  }

  private List<String> train(String... options) {
    List<String> args = args("train", "--output", dir.resolve("o").toString());
    args.addAll(List.of(options));
    return args;
  }

  private List<String> args(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--data", dir.resolve("data").toString()));
    all.addAll(List.of("--threads", "1"));
    return all;
  }

  /** The application at a terminal that a shell command has prepared. */
  private Process atTerminal(String preparation, List<String> args) throws IOException {
    Path script = dir.resolve("run.sh");
    Files.writeString(
        script,
        """
        cd %s
        export TERM=xterm
        %s
        exec %s
        """
            .formatted(quoted(dir.toString()), preparation, ofMain(args)));
    return new ProcessBuilder("script", "-qefc", "sh " + quoted(script.toString()), "/dev/null")
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("output.txt").toFile())
        .start();
  }

  /** The application in a line of the shell. */
  private Process inShell(String rest, List<String> args) throws IOException {
    return new ProcessBuilder(
            "bash", "-c", ofMain(args) + " 2> " + quoted(errorFile().toString()) + " " + rest)
        .redirectOutput(dir.resolve("output.txt").toFile())
        .start();
  }

  private static String ofMain(List<String> args) {
    return commandLine(App.command(List.of(), Main.class.getName(), args));
  }

  private static String commandLine(List<String> words) {
    return String.join(" ", words.stream().map(TerminalTest::quoted).toList());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static void press(String key, Process app) throws IOException {
    app.getOutputStream().write(key.getBytes(StandardCharsets.US_ASCII));
    app.getOutputStream().flush();
  }

  private void waitFor(String text, Process app) throws IOException, InterruptedException {
    waitFor(text, 0, app);
  }

  /** Waits for a text at a place of the output or behind it. */
  private void waitFor(String text, int from, Process app) throws IOException, InterruptedException {
    while (output().indexOf(text, from) < 0 && app.isAlive()) {
      Thread.sleep(5);
    }
  }

  private String output() throws IOException {
    return Files.readString(dir.resolve("output.txt"), StandardCharsets.UTF_8);
  }

  private Path errorFile() {
    return dir.resolve("errors.txt");
  }

  /** What a process in a shell has said of errors, without the JVM's warning of the vector module. */
  private List<String> errors() throws IOException {
    return Files.readAllLines(errorFile()).stream()
        .filter(line -> !line.equals(App.INCUBATOR_WARNING))
        .toList();
  }

  private static boolean hasScript() throws InterruptedException {
    try {
      Process version =
          new ProcessBuilder("script", "--version").redirectErrorStream(true).start();
      String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return version.waitFor() == 0 && text.contains("util-linux");
    } catch (IOException e) {
      return false; // there is none
    }
  }
}
