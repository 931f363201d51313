package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.ChildJvm;
import dev.lanewise.engine.testing.Trainings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings in processes that are killed at random moments, each continued by the next process, until they
 * are finished. {@code lanewise.kills} is the number of kills, 4 unless set, {@code lanewise.seed} the seed of
 * all that is drawn.
 */
@Tag("once")
class KillTest {
  private static final int KILLS = Integer.getInteger("lanewise.kills", 4);
  private static final long SEED = Long.getLong("lanewise.seed", 1);
  private static final int EPOCHS = 10;
  private static final String FINISHED = "finished ";

  @TempDir private Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private int killed;
  private int whileWriting;

  /** The process that is killed: continues a training, and says so after each step. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Trainings training = Trainings.of(args[1], Long.parseLong(args[2]), EPOCHS);
      Trainings.Outcome outcome =
          training.resumed(
              Path.of(args[0]),
              Integer.parseInt(args[3]),
              Integer.parseInt(args[4]),
              step -> {
                System.out.println(step);
                return false;
              });
      System.out.println(FINISHED + outcome.toString().replace("\n", " "));
    }
  }

  @Test
  @DisplayName("however often a training is killed, it comes to the bits of one that was not")
  void killed() throws IOException, InterruptedException {
    int trainings = 0;
    for (; killed < KILLS; trainings++) {
      String optimizer = Optimizer.names().get(random.nextInt(Optimizer.names().size()));
      Trainings training = Trainings.of(optimizer, random.nextLong(), EPOCHS);
      Path own = Files.createDirectory(folder.resolve("training-" + trainings));
      String outcome = null;
      while (outcome == null) {
        outcome = attempt(own, optimizer, training.seed());
      }
      assertThat(outcome)
          .as("lanewise.seed %s, training %s with %s after %s kills", SEED, trainings, optimizer, killed)
          .isEqualTo(training.undisturbed().toString().replace("\n", " "));
    }
    System.out.printf(
        "%d kills in %d trainings, %d of them while a checkpoint was being written; all came to the same bits%n",
        killed, trainings, whileWriting);
  }

  /** Lets a process go on; the outcome, or null if the process was killed. */
  private String attempt(Path own, String optimizer, long seed) throws IOException, InterruptedException {
    Process child = start(own, optimizer, seed);
    int steps = killed < KILLS ? random.nextInt(1, 13) : Integer.MAX_VALUE;
    long nanos = random.nextLong(3_000_000);
    String last = "";
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      for (int i = 1; line != null; line = output.readLine(), i++) {
        last = line;
        if (i == steps) {
          TimeUnit.NANOSECONDS.sleep(nanos);
          child.toHandle().destroyForcibly(); // the process itself would close its output, too
        }
      }
    }
    int code = child.waitFor();
    if (code == 0) {
      assertThat(last).startsWith(FINISHED);
      return last.substring(FINISHED.length());
    }
    assertThat(code).as("128 + SIGKILL, after: %s", last).isEqualTo(137);
    killed++;
    try (var files = Files.list(own)) {
      whileWriting += files.anyMatch(f -> f.getFileName().toString().endsWith(".tmp")) ? 1 : 0;
    }
    return null;
  }

  private Process start(Path own, String optimizer, long seed) throws IOException {
    return ChildJvm.start(
        List.of(
            "-Djava.io.tmpdir=" + folder,
            // The bits depend on neither kernels nor threads, so each process may have others.
            "-Dlanewise.kernels=" + (random.nextInt(4) > 0 ? "scalar" : "auto")),
        Child.class,
        own.toString(),
        optimizer,
        Long.toString(seed),
        Integer.toString(random.nextInt(1, 5)),
        Integer.toString(random.nextInt(1, 4)));
  }
}
