package dev.lanewise.mnist.comparison;

import dev.lanewise.engine.memory.MemoryLimitException;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.train.TrainingException;
import dev.lanewise.mnist.data.DataException;
import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.data.Split;
import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Machine;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.report.Report;
import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.Protocol;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.UnfinishedRun;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Interruption;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.training.Network;
import dev.lanewise.mnist.training.Published;
import dev.lanewise.mnist.training.RunCheckpoints;
import dev.lanewise.mnist.training.Samples;
import dev.lanewise.mnist.training.Settings;
import dev.lanewise.mnist.training.StepRecorder;
import dev.lanewise.mnist.training.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Trains the same network with several rules and shows how they did. */
public final class Comparison {
  private final Settings settings;
  private final Screen screen;
  private final PrintWriter out;
  private final Consumer<String> errors;
  private final ResultsFolder folder;
  private final Summary summary;
  private final TimeLeft timeLeft;
  private final String command;
  private final String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final List<UnfinishedRun> unfinished = new ArrayList<>();

  /**
   * Prepares a comparison.
   *
   * @param settings what to compare
   * @param screen takes progress and table
   * @param out the standard output, for figures that are wanted there; once it cannot be written
   *     to, since its reader has gone, the training ends as with Ctrl-C
   * @param errors takes what goes wrong with a run, a line each
   * @param command what the user typed, for the results
   */
  public Comparison(
      Settings settings,
      Screen screen,
      PrintWriter out,
      Consumer<String> errors,
      String command) {
    this.settings = settings;
    this.screen = screen;
    this.out = out;
    this.errors =
        line -> {
          screen.clear();
          errors.accept(line);
        };
    this.command = command;
    folder = new ResultsFolder(settings.output());
    summary = new Summary(settings, screen, folder);
    timeLeft =
        new TimeLeft(settings.optimizers().size() * settings.seeds().size(), settings.epochs());
  }

  /**
   * Runs all of it.
   *
   * @return the exit code
   * @throws UsageException if the output directory, the data or the schedule does not do
   * @throws DataException if the data cannot be read
   */
  public int run() {
    try {
      return readAndTrain();
    } finally {
      screen.clear(); // what is wrong with the data gets a line of its own
    }
  }

  private int readAndTrain() {
    folder.check();
    screen.live("reading the data");
    // Reading takes a third of a second, choosing the kernels a fifth: both at the same time.
    Ahead<ImageData> reading = Ahead.of("data", this::read);
    EngineSetup.start();
    Machine machine = Machine.here(settings.threads());
    screen.println("Lanewise " + Version.NUMBER + ": " + machine.describe());

    screen.live("reading the data");
    ImageData images = reading.result();
    Split split = Split.of(images.trainCount(), settings.limit());
    Sequential network = Network.of(images.rows(), images.columns(), images.classes());
    DataFacts data = DataFacts.of(settings.data(), images, split);
    List<Optimizer> optimizers = settings.scheduled(split.train());
    if (Published.comparable(settings, split)) {
      summary.compareWithPublished();
    }
    try (Samples samples = Samples.of(images, split)) {
      screen.println(describe(data, images));
      describeTraining(network, split);
      tryCheckpoints();
      folder.create();
      boolean goesOn = settings.checkpoints() != null && settings.checkpoints().resume();
      try (MetricsOutput metrics = MetricsOutput.open(settings.metrics(), goesOn, out, errors)) {
        return train(
            optimizers, network, samples, images, metrics, machine, data, protocol(network, split));
      }
    }
  }

  private ImageData read() {
    return settings.data() == null ? ImageData.bundled() : ImageData.load(settings.data());
  }

  private Protocol protocol(Sequential network, Split split) {
    return new Protocol(
        command,
        began,
        settings.optimizers().stream().map(Optimizer::name).toList(),
        settings.seeds(),
        settings.epochs(),
        settings.batchOf(split.train()),
        Published.comparable(settings, split),
        network.describe(),
        network.parameterCount());
  }

  /** Finds out before the first training, and not before the last, whether the folders will do. */
  private void tryCheckpoints() {
    for (Optimizer optimizer : settings.optimizers()) {
      for (long seed : settings.seeds()) {
        new RunCheckpoints(settings.checkpoints(), Course.name(optimizer.name(), seed)).close();
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

  private void describeTraining(Sequential network, Split split) {
    int batch = settings.batchOf(split.train());
    screen.detail(
        String.format(
            Locale.ROOT,
            "Network of %,d parameters, batches of %,d images, steps an epoch: %,d, schedule: %s",
            network.parameterCount(),
            batch,
            Math.ceilDiv(split.train(), batch),
            settings.schedule()));
  }

  private int train(
      List<Optimizer> optimizers,
      Sequential network,
      Samples samples,
      ImageData images,
      MetricsOutput metrics,
      Machine machine,
      DataFacts data,
      Protocol protocol) {
    EpochLines lines =
        new EpochLines(
            settings.optimizers().stream().map(Optimizer::name).toList(),
            settings.seeds(),
            settings.epochs(),
            screen.columns());
    screen.println("");
    screen.println(lines.heading());
    boolean diverged = false;
    try (Interruption interruption = new Interruption(() -> summary.tell(true))) {
      TrainingRun training =
          new TrainingRun(
              settings,
              samples,
              images,
              errors,
              () -> interruption.requested() || out.checkError());
      for (Optimizer optimizer : optimizers) {
        for (long seed : settings.seeds()) {
          if (!training.stop().getAsBoolean()) {
            diverged |= !run(training, network, optimizer, seed, lines, metrics);
            folder.write(results(protocol, machine, data));
          }
        }
      }
      summary.tell(training.stop().getAsBoolean());
      report(results(protocol, machine, data), images);
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED;
      }
    } catch (OutputException e) {
      summary.tell(false);
      throw e;
    }
    return out.checkError() ? ExitCode.NO_READER : diverged ? ExitCode.DIVERGED : ExitCode.DONE;
  }

  /** One run. One that diverges is told and does not keep the others from theirs. */
  private boolean run(
      TrainingRun training,
      Sequential network,
      Optimizer optimizer,
      long seed,
      EpochLines lines,
      MetricsOutput metrics) {
    StepRecorder recorder = new StepRecorder();
    List<RunListener> listeners = new ArrayList<>();
    try (Model model = network.initialize(seed)) {
      screen.detail(optimizer.toString());
      boolean first = summary.finished().isEmpty() && unfinished.isEmpty();
      listeners.add(new Progress(screen, lines, optimizer.name(), seed, timeLeft, first));
      listeners.add(
          new BestModel(folder, model, optimizer, seed, settings.epochs(), summary::progress));
      listeners.addAll(metrics.listeners(optimizer.name(), seed));
      RunResult result;
      try {
        result = training.of(model, optimizer, seed, recorder, listeners);
      } catch (TrainingException e) {
        summary.drop();
        unfinished.add(
            unfinished(optimizer, seed, UnfinishedRun.DIVERGED, e.getMessage(), recorder));
        Path kept = folder.writeLastGood(optimizer.name(), seed, model);
        errors.accept("%s, seed %d: %s: %s".formatted(optimizer.name(), seed, e.getMessage(), kept));
        return false;
      }
      if (result != null) {
        folder.write(result.optimizer(), seed, model);
        folder.deleteBest(result.optimizer(), seed);
        summary.finish(result);
        screen.detail(
            "%s: %s, parameters %s"
                .formatted(
                    optimizer.name(),
                    folder.modelFile(optimizer.name(), seed),
                    result.parametersSha256()));
      } else {
        unfinished.add(unfinished(optimizer, seed, UnfinishedRun.INTERRUPTED, null, recorder));
      }
      return true;
    } catch (MemoryLimitException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } finally {
      listeners.forEach(RunListener::close);
    }
  }

  private static UnfinishedRun unfinished(
      Optimizer optimizer,
      long seed,
      String outcome,
      @Nullable String message,
      StepRecorder recorder) {
    return new UnfinishedRun(
        optimizer.name(), seed, outcome, message, recorder.epochs(), recorder.steps());
  }

  private Results results(Protocol protocol, Machine machine, DataFacts data) {
    return new Results(
        Results.SCHEMA_VERSION,
        Version.NUMBER,
        protocol,
        machine,
        data,
        summary.finished(),
        List.copyOf(unfinished));
  }

  /** Makes the report of what there is. Models, results and table are safe by then. */
  private void report(Results results, ImageData images) {
    screen.live("making the report");
    Path page = new Report(folder, errors).write(results, images);
    screen.println("Report: " + page);
  }
}
