package dev.lanewise.mnist.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.mnist.App;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.training.ScheduleSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--optimizers sgd,foo           | no optimizer \"foo\"; there are sgd, momentum,",
        "--optimizers adam,sgd,Adam     | 'adam' comes twice",
        "--optimizers sgd,,adam         | no optimizer \"\"",
        "--optimizers                   | parameter for option '--optimizers'",
        "--epochs 0                     | '0' is not a whole number from 1 to 100000",
        "--epochs 1.5                   | '1.5' is not a whole number",
        "--epochs 1 --epochs 2          | '--epochs' (N) should be specified only once",
        "--batch-size -1                | '-1' is not a whole number from 1",
        "--batch-size 2147483648        | '2147483648' is not a whole number",
        "--learning-rate NaN            | 'NaN' is not a positive, finite number",
        "--learning-rate Infinity       | 'Infinity' is not a positive, finite number",
        "--learning-rate 1e39           | '1e39' is not a positive, finite number",
        "--learning-rate 0              | '0' is not a positive, finite number",
        "--learning-rate -0.1           | '-0.1' is not a positive, finite number",
        "--learning-rate fast           | 'fast' is not a positive, finite number",
        "--seed 1,2,1                   | '1' comes twice",
        "--seed 0x10                    | '0x10' is not a whole number of 64 bit",
        "--threads 0                    | '0' is not a whole number from 1 to 1024",
        "--threads 1025                 | '1025' is not a whole number from 1 to 1024",
        "--limit 1                      | '1' is not a whole number from 2",
        "--kernels avx                  | 'avx' is not one of auto, scalar, simd",
        "--kernels scaler               | one of auto, scalar, simd; did you mean scalar?",
        "--vector-bits 1024             | '1024' is not one of auto, 128, 256, 512",
        "--epoch 3                      | did you mean --epochs?",
        "tune                           | there is no command 'tune' (see --help)",
        "tain                           | there is no command 'tain'; did you mean train?",
        "compare now                    | unexpected argument 'now'",
        "--schedule cosin               | no schedule 'cosin'; did you mean cosine? There are",
        "--schedule cosine:floor=2      | '--schedule': cosine: floor must be",
        "--quiet --verbose              | --quiet and --verbose exclude each other",
        "--color pink                   | 'pink' is not one of auto, always, never",
        "--batch-size all               | 'all' is not a whole number from 1 to 2147483647, nor 0",
        "--optimizers sgd,rmsprob       | no optimizer \"rmsprob\"; did you mean rmsprop? There",
        "train --optimizer adm          | Invalid value for option '--optimizer': no optimizer \"adm\"; did you mean adam? There are sgd",
        "train --optimizer sgd,adam     | no optimizer \"sgd,adam\"",
        "train --optimizers sgd         | did you mean --optimizer",
        "--resume                       | --resume needs --checkpoint, the directory",
        "--checkpoint-every 5           | --checkpoint-every needs --checkpoint, the directory",
        "train --checkpoint=            | '--checkpoint': the name of the file or directory is empty",
        "--tensorboard=                 | '--tensorboard': the name of the file or directory is empty",
        "train --checkpoint-every 0     | '0' is not a whole number from 1",
        "--optimizers ada\"m,sgd        | no optimizer",
        "--epochs 2 compare             | options belong behind the command 'compare'",
        "compare --epochs 0             | '0' is not a whole number from 1 to 100000",
      })
  void refusesWithOneLineAndCode2(String args, String message) {
    Path output = dir.resolve("out");

    App.Outcome outcome = App.run((args + " --output " + output).split(" "));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("mnist-cnn: ").contains(message).hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(output).doesNotExist();
  }

  @Test
  void refusesANameThatNoFileCanHave() {
    App.Outcome outcome = App.run("--output", "a\0b");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("names no file: Nul character not allowed").hasLineCount(1);
  }

  @Test
  void refusesAScheduleThatNeedsMoreStepsThanThereAreBeforeTheTraining() {
    Path output = dir.resolve("out");

    App.Outcome outcome =
        App.run(
            ("--schedule one-cycle --limit 9 --batch-size full --epochs 1 --output " + output)
                .split(" "));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("at least 2 steps, not 1").hasLineCount(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void refusesAnOutputThatIsAFileBeforeAnythingElse() throws IOException {
    Path file = Files.createFile(dir.resolve("results"));

    App.Outcome same = App.run("--output", file.toString());
    assertThat(same.exitCode()).isEqualTo(2);
    assertThat(same.err()).contains(file + ": not a directory").hasLineCount(1);
    assertThat(same.out()).isEmpty();

    App.Outcome below = App.run("--output", file.resolve("a/b").toString());
    assertThat(below.exitCode()).isEqualTo(2);
    assertThat(below.err()).contains(file + " is not a directory").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"--help", "-h", "compare --help"})
  void helpNamesEveryOptionAndOptimizer(String args) {
    App.Outcome outcome = App.run(args.split(" "));

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains(
            "--optimizers",
            "--epochs",
            "--batch-size",
            "--learning-rate",
            "--seed",
            "--threads",
            "--limit",
            "--data",
            "--output",
            "--kernels",
            "--vector-bits",
            "--checkpoint",
            "--checkpoint-every",
            "--resume",
            "--schedule",
            "--tensorboard",
            "--metrics",
            "-q, --quiet",
            "-v, --verbose",
            "--color",
            "--help",
            "--version")
        .contains("mnist-cnn-results", "sgd,momentum,adagrad,");
    String words = outcome.out().replaceAll("\\s+", " ");
    assertThat(words).contains("There are " + String.join(", ", Optimizer.names()) + ".");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "compare", "train", "evaluate", "export", "latency", "info"})
  void everyHelpHasExamplesAndExitCodes(String command) {
    App.Outcome outcome = App.run((command + " --help").strip().split(" "));

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains("Exit codes:", "0   done", "wrong usage", "Example", "--color")
        .contains("  mnist-cnn " + (command.equals("compare") ? "" : command));
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void helpNamesEverySchedule() {
    assertThat(App.run("--help").out()).contains(ScheduleSpec.names());
  }

  @Test
  void colorsTheHelpWhenAskedTo() {
    assertThat(App.run("--color", "always", "--help").out()).contains("\u001b[");
    assertThat(App.run("train", "--color=always", "--help").out()).contains("\u001b[");
    assertThat(App.run("--color", "always", "train", "--epochs", "x").err()).contains("\u001b[");
    assertThat(App.run("--help").out()).doesNotContain("\u001b[");
    assertThat(App.run("--color", "never", "--help").out()).doesNotContain("\u001b[");
  }

  @Test
  void theStyleFollowsTheTerminalAndNoColor() {
    assertThat(Style.of("auto", true, "", "xterm").colored()).isTrue();
    assertThat(Style.of("auto", true, "1", "xterm").colored()).isFalse();
    assertThat(Style.of("auto", true, "", "dumb").colored()).isFalse();
    assertThat(Style.of("auto", false, "", "xterm").colored()).isFalse();
    assertThat(Style.of("always", false, "1", "dumb").colored()).isTrue();
    assertThat(Style.of("never", true, "", "xterm").colored()).isFalse();
  }

  @Test
  void versionIsOneLine() {
    App.Outcome outcome = App.run("--version");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).startsWith("mnist-cnn ").hasLineCount(1);
  }

  @Test
  void everyOptimizerGoesByTheNameItIsChosenWith() {
    assertThat(Rules.named(Optimizer.names(), "--optimizers", null))
        .extracting(Optimizer::name)
        .isEqualTo(Optimizer.names());
  }

  @Test
  void aQuoteWithoutPartnerIsNotToldTwice() {
    PrintStream before = System.err;
    ByteArrayOutputStream besides = new ByteArrayOutputStream();
    System.setErr(new PrintStream(besides, true, StandardCharsets.UTF_8));
    try {
      assertThat(App.run("--optimizers", "ada\"m,sgd").err()).hasLineCount(1);
    } finally {
      System.setErr(before);
    }
    assertThat(besides.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
