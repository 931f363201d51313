package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
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
        "--vector-bits 1024             | '1024' is not one of auto, 128, 256, 512",
        "--epoch 3                      | did you mean --epochs?",
        "tune                           | Unmatched argument",
        "train --optimizer adm          | Invalid value for option '--optimizer': no optimizer \"adm\"; there are sgd",
        "train --optimizer sgd,adam     | no optimizer \"sgd,adam\"",
        "train --optimizers sgd         | did you mean --optimizer",
        "--resume                       | --resume needs --checkpoint, the directory",
        "--checkpoint-every 5           | --checkpoint-every needs --checkpoint, the directory",
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
            "--help",
            "--version")
        .contains("mnist-cnn-results", "sgd,momentum,adagrad,");
    String words = outcome.out().replaceAll("\\s+", " ");
    assertThat(words).contains("There are " + String.join(", ", Optimizer.names()) + ".");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
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
