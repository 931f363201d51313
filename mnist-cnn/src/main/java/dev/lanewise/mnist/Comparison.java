package dev.lanewise.mnist;

import dev.lanewise.engine.memory.MemoryLimitException;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.train.TrainingException;
import dev.lanewise.mnist.metrics.RunListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Trains the same network with several rules and shows how they did. */
final class Comparison {
  private final Settings settings;
  private final Screen screen;
  private final Consumer<String> errors;
  private final ResultsFolder folder;
  private final List<RunResult> finished = new CopyOnWriteArrayList<>();
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Prepares a comparison.
   *
   * @param settings what to compare
   * @param screen takes progress and table
   * @param errors takes what goes wrong with a run, a line each
   */
  Comparison(Settings settings, Screen screen, Consumer<String> errors) {
    this.settings = settings;
    this.screen = screen;
    this.errors = errors;
    folder = new ResultsFolder(settings.output());
  }

  /**
   * Runs all of it.
   *
   * @return the exit code
   * @throws UsageException if the output directory or the data does not do
   * @throws DataException if the data cannot be read
   */
  int run() {
    folder.check();
    EngineSetup.start();
    Machine machine = Machine.here(settings.threads());
    screen.println("Lanewise " + Version.NUMBER + ": " + machine.describe());

    ImageData images =
        settings.data() == null ? ImageData.bundled() : ImageData.load(settings.data());
    Split split = Split.of(images.trainCount(), settings.limit());
    Sequential network = Network.of(images.rows(), images.columns(), images.classes());
    DataFacts data = DataFacts.of(settings.data(), images, split);
    try (Samples samples = Samples.of(images, split)) {
      screen.println(describe(data, images));
      tryCheckpoints();
      folder.create();
      return train(network, samples, machine, data, Published.comparable(settings, split));
    }
  }

  /** Finds out before the first training, and not before the last, whether the folders will do. */
  private void tryCheckpoints() {
    for (Optimizer optimizer : settings.optimizers()) {
      for (long seed : settings.seeds()) {
        new RunCheckpoints(settings.checkpoints(), TrainingRun.name(optimizer.name(), seed)).close();
      }
    }
  }

  private static String describe(DataFacts data, ImageData images) {
    return String.format(
        Locale.ROOT,
        "%s: %,d training, %,d validation and %,d test images of %dx%d in %d classes",
        data.name() == null ? data.directory() : data.name(),
        data.train(),
        data.validation(),
        data.test(),
        images.rows(),
        images.columns(),
        images.classes());
  }

  private int train(
      Sequential network, Samples samples, Machine machine, DataFacts data, boolean published) {
    EpochLines lines =
        new EpochLines(
            settings.optimizers().stream().map(Optimizer::name).toList(),
            settings.seeds(),
            settings.epochs());
    screen.println("");
    screen.println(lines.heading());
    boolean diverged = false;
    try (Interruption interruption = new Interruption(() -> tell(published, true))) {
      TrainingRun training =
          new TrainingRun(settings, samples, errors, interruption::requested);
      for (Optimizer optimizer : settings.optimizers()) {
        for (long seed : settings.seeds()) {
          if (!interruption.requested()) {
            diverged |= !run(training, network, optimizer, seed, lines, machine, data);
          }
        }
      }
      tell(published, interruption.requested());
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED;
      }
    } catch (OutputException e) {
      tell(published, false);
      throw e;
    }
    return diverged ? ExitCode.DIVERGED : ExitCode.DONE;
  }

  /** One run. One that diverges is told and does not keep the others from theirs. */
  private boolean run(
      TrainingRun training,
      Sequential network,
      Optimizer optimizer,
      long seed,
      EpochLines lines,
      Machine machine,
      DataFacts data) {
    try (Model model = network.initialize(seed)) {
      List<RunListener> listeners =
          List.of(new Progress(screen, lines, optimizer.name(), seed));
      RunResult result;
      try {
        result = training.of(model, optimizer, seed, listeners);
      } catch (TrainingException e) {
        Path kept = folder.writeLastGood(optimizer.name(), seed, model);
        errors.accept("%s, seed %d: %s: %s".formatted(optimizer.name(), seed, e.getMessage(), kept));
        return false;
      }
      if (result != null) {
        finished.add(result);
        folder.write(result.optimizer(), seed, model);
        folder.write(new Results(machine, data, finished));
      }
      return true;
    } catch (MemoryLimitException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Prints what there is to say at the end, once, whoever comes first. */
  private void tell(boolean published, boolean interrupted) {
    if (told.getAndSet(true)) {
      return;
    }
    int wanted = settings.optimizers().size() * settings.seeds().size();
    screen.println("");
    if (interrupted) {
      screen.println("Interrupted: %d of %d runs finished".formatted(finished.size(), wanted));
      if (settings.checkpoints() != null) {
        screen.println("The same command with --resume goes on");
      }
    }
    if (!finished.isEmpty()) {
      ComparisonTable.of(finished, published, screen.symbols()).forEach(screen::println);
      screen.println("");
      screen.println("Results: " + folder.resultsFile() + ", and the models beside it");
    }
  }
}
