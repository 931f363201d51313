package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.lanewise.engine.testing.Trainings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that is stopped and continued comes to the bits of one that was not. */
@Tag("once")
class ResumeTest {
  private static final int EPOCHS = 3;
  private static final int STEPS = EPOCHS * Trainings.STEPS;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop-centered", "rmsprop-momentum", "adam",
        "amsgrad", "adamw", "nadam", "adamax", "adadelta", "lion"
      })
  @DisplayName("each optimizer, stopped after every single step, comes to the same parameters and history")
  void everyStep(String optimizer) throws IOException {
    Trainings training = Trainings.of(optimizer, 7, EPOCHS);
    Trainings.Outcome expected = training.undisturbed();

    for (int i = 1; i < STEPS; i++) {
      assertThat(training.resumed(folder, 100, 1 + i % 3, step -> true).cancelled()).as("step %s", i).isTrue();
    }
    // The last step ends before its validation; one more continues there.
    training.resumed(folder, 100, 1, step -> true);

    assertThat(training.resumed(folder, 100, 2, step -> false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  @DisplayName("a training that breaks off at any step goes on from the last checkpoint")
  void breaksOff(int every) throws IOException {
    Trainings training = Trainings.of("nadam", 8, EPOCHS);
    Trainings.Outcome expected = training.undisturbed();

    for (int last = 1; last <= STEPS; last++) {
      Path own = folder.resolve(Integer.toString(last));
      int broken = last;
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  training.resumed(
                      own,
                      every,
                      1,
                      step -> {
                        if (step == broken) {
                          throw new IllegalStateException("broken off");
                        }
                        return false;
                      }));
      assertThat(training.resumed(own, every, 2, step -> false)).as("after step %s", last).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("a finished training has nothing left to do, and more epochs go on as if asked for at first")
  void moreEpochs() throws IOException {
    Trainings.Outcome two = Trainings.of("adam", 9, 2).undisturbed();
    assertThat(Trainings.of("adam", 9, 2).resumed(folder, 100, 1, step -> false)).isEqualTo(two);
    assertThat(Trainings.of("adam", 9, 2).resumed(folder, 100, 1, step -> fail("a step"))).isEqualTo(two);

    assertThat(Trainings.of("adam", 9, 4).resumed(folder, 100, 1, step -> false))
        .isEqualTo(Trainings.of("adam", 9, 4).undisturbed());
  }

  @Test
  @DisplayName("a checkpoint that cannot be written ends the training, and it goes on from the one before")
  void failingDisk() throws IOException {
    Trainings training = Trainings.of("adam", 10, EPOCHS);
    Path blocked = folder.resolve("checkpoint-4.safetensors");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () ->
                training.resumed(
                    folder,
                    2,
                    1,
                    step -> {
                      if (step == 4) {
                        assertThat(blocked.toFile().mkdir()).isTrue();
                      }
                      return false;
                    }))
        .withMessageContaining(blocked + ": is a folder");
    assertThat(blocked.toFile().delete()).isTrue();

    assertThat(training.resumed(folder, 2, 1, step -> false)).isEqualTo(training.undisturbed());
  }
}
