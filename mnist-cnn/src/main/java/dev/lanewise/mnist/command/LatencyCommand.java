package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.model.LatencyReport;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of a latency report. As in {@link CompareCommand}, no member has a type of the
 * engine.
 */
@Command(
    name = "latency",
    description = {
      "Measures how long predictions take, and prints the percentiles.",
      "Each batch and number of threads is measured twice: in a closed loop, call after call, and"
          + " at a fixed rate, where a call's time counts from when it was due.",
      "Half of the time goes to a control that shows what the machine itself adds."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a prediction failed, or not enough memory",
      "2:wrong usage or unusable model"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mnist-cnn latency",
      "  mnist-cnn latency mnist-cnn-results/adam-0.safetensors --batch 1 --threads 4"
    })
final class LatencyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model, a safetensors file (default: the network of the comparison, untrained; what it"
              + " has learnt does not show in the times).")
  private @Nullable Path model;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Images in a call (default: 1,32).",
      converter = PositiveInt.Batch.class)
  private List<Integer> batches = List.of(1, 32);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Threads that predict at the same time (default: 1 and all cores).",
      converter = PositiveInt.Threads.class)
  private List<Integer> threads =
      Stream.of(1, Runtime.getRuntime().availableProcessors()).distinct().toList();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Calls a second of all threads together where the rate is fixed (default: half of what"
              + " the closed loop reached).",
      converter = PositiveInt.Rate.class)
  private @Nullable Integer rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Duration of each measurement (default: ${DEFAULT-VALUE}).",
      converter = PositiveInt.Seconds.class)
  private int seconds = 4;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          EngineSetup.start();
          new LatencyReport(batches, threads, rate, seconds, Terminal.find().columns())
              .print(
                  model,
                  line -> {
                    commandLine.getOut().println(line);
                    commandLine.getOut().flush();
                  });
          return ExitCode.DONE;
        });
  }
}
