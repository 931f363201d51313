package dev.lanewise.mnist.training;

import dev.lanewise.engine.io.Checkpoints;
import dev.lanewise.engine.io.ModelFormatException;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import dev.lanewise.engine.train.TrainingPosition;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The checkpoints of one run, if they are wanted. */
public final class RunCheckpoints implements AutoCloseable {
  private final Settings.@Nullable Checkpointing settings;
  private final Path folder;
  private final @Nullable Checkpoints checkpoints;

  /**
   * Opens the run's folder.
   *
   * @param settings null if no checkpoints are wanted
   * @param run the run's name
   * @throws UsageException if the folder does not do: it cannot be written, or has checkpoints that nobody
   *     wanted to continue
   */
  public RunCheckpoints(Settings.@Nullable Checkpointing settings, String run) {
    this.settings = settings;
    folder = settings == null ? Path.of(run) : settings.folder().resolve(run);
    checkpoints = settings == null ? null : open(settings);
  }

  private Checkpoints open(Settings.Checkpointing wanted) {
    try {
      Checkpoints opened = Checkpoints.open(folder);
      if (!wanted.resume() && !opened.isEmpty()) {
        opened.close();
        throw new UsageException(
            folder
                + " has checkpoints of an earlier training: continue it with --resume, or choose"
                + " another directory");
      }
      return opened;
    } catch (IOException e) {
      throw new UsageException(
          "cannot keep checkpoints in " + folder + ": " + ConsoleText.reason(e));
    }
  }

  /** Lets the trainer write checkpoints. */
  TrainerBuilder attach(TrainerBuilder builder) {
    return settings == null || checkpoints == null
        ? builder
        : builder.checkpoints(checkpoints::save, settings.every());
  }

  /**
   * Continues where the run was, if that is wanted and there is a checkpoint.
   *
   * @param errors takes what is wrong with checkpoints that could not be used
   * @return where the run goes on; null if it begins
   * @throws UsageException if there are checkpoints, but none of them can be used
   */
  @Nullable TrainingPosition resume(Trainer trainer, Consumer<String> errors) {
    if (settings == null || checkpoints == null || !settings.resume()) {
      return null;
    }
    try {
      Checkpoints.Resumption resumption = checkpoints.resume(trainer);
      resumption.refused().forEach(e -> errors.accept(e.getMessage() + "; the one before it is used"));
      return resumption.position();
    } catch (ModelFormatException | ResumeException e) { // each begins with its file
      throw new UsageException("cannot resume from " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException("cannot resume from " + folder + ": " + ConsoleText.reason(e));
    }
  }

  /** The exception for checkpoints of another training, as its data or its length shows. */
  UsageException notTheSame(ResumeException e) {
    return new UsageException("cannot resume from " + folder + ": " + e.getMessage());
  }

  /** The exception for a checkpoint that could not be written. */
  OutputException unwritten(UncheckedIOException e) {
    return new OutputException(folder, Objects.requireNonNull(e.getCause()));
  }

  @Override
  public void close() {
    if (checkpoints != null) {
      try {
        checkpoints.close();
      } catch (IOException e) {
        throw new OutputException(folder, e);
      }
    }
  }
}
