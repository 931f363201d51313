package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.picture.Pictures;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {
  @TempDir Path dir;

  @Test
  void printsDigitAndProbabilitiesOfEachPicture() throws IOException {
    byte[] seven = Pictures.png(Pictures.seven(640, 480, Color.BLACK, Color.WHITE));
    String png = write("seven.png", seven);
    String jpeg =
        write("long name of a seven.jpg", Pictures.jpeg(Pictures.seven(99, 200, Color.YELLOW, Color.BLUE)));

    App.Outcome outcome = App.run("predict", png, jpeg);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).endsWith("  digit   0 %   1 %   2 %   3 %   4 %   5 %   6 %   7 %   8 %   9 %");
    assertThat(lines.get(1)).contains("seven.png").matches(".* 7( +[0-9.]+){10}");
    assertThat(lines.get(2)).contains("long name of a seven.jpg").matches(".* 7( +[0-9.]+){10}");
    assertThat(lines).extracting(String::length).containsOnly(lines.get(0).length());
  }

  @Test
  void unusablePicturesGetALineEachAndTheOthersAreAnswered() throws IOException {
    byte[] seven = Pictures.png(Pictures.seven(64, 64, Color.BLACK, Color.WHITE));
    String whole = write("whole.png", seven);
    String part = write("part.png", Arrays.copyOf(seven, seven.length / 2));
    String text = write("text.png", new byte[] {'H', 'i', '!'});
    String huge = write("huge.png", Pictures.claiming(50_000, 50_000));
    String missing = dir.resolve("missing.png").toString();

    App.Outcome outcome = App.run("predict", part, text, huge, missing, dir.toString(), whole);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out().lines()).hasSize(2).last().asString().contains("whole.png");
    List<String> faults = outcome.err().lines().toList();
    assertThat(faults).hasSize(5).allMatch(line -> line.startsWith("mnist-cnn: " + dir));
    assertThat(faults.get(0)).contains("part.png: damaged: ");
    assertThat(faults.get(1)).endsWith("text.png: not a PNG or JPEG");
    assertThat(faults.get(2)).contains("huge.png: 50,000 x 50,000 pixels, more than");
    assertThat(faults.get(3)).endsWith("missing.png: no such file");
    assertThat(faults.get(4)).endsWith(": not a file");
  }

  @Test
  void unusableModelsAreRefused() throws IOException {
    String picture = write("a.png", Pictures.png(Pictures.seven(64, 64, Color.BLACK, Color.WHITE)));
    String model = write("model.safetensors", new byte[100]);

    App.Outcome outcome = App.run("predict", picture, "--model", model);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("model.safetensors").hasLineCount(1);
  }

  @Test
  void aPictureIsNeeded() {
    assertThat(App.run("predict").exitCode()).isEqualTo(2);

    App.Outcome unset = App.run("predict", "");
    assertThat(unset.exitCode()).isEqualTo(2);
    assertThat(unset.err())
        .startsWith("mnist-cnn: Invalid value for IMAGE: the name of the file or directory is empty");
  }

  private String write(String name, byte[] content) throws IOException {
    return Files.write(dir.resolve(name), content).toString();
  }
}
