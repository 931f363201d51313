package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.model.TrainedModel;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.text.UsageException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of an export. As in {@link CompareCommand}, no member has a type of the engine.
 */
@Command(
    name = "export",
    description = "Writes a trained model in another format.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the file could not be written",
      "2:wrong usage or unusable model; nothing was written"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mnist-cnn export mnist-cnn-results/adam-0.safetensors digits.onnx",
      "  mnist-cnn export adam-0.safetensors torch.safetensors --to pytorch"
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "The model, a safetensors file; those of a comparison are in its output.")
  private Path model = Path.of("");

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  @Mixin private FromOption from = new FromOption();

  @Option(
      names = "--to",
      paramLabel = "onnx|pytorch|lanewise",
      description = {
        "What the file becomes (default: onnx for names that end so).",
        "onnx: the whole network, for ONNX Runtime.",
        "pytorch: a state_dict, as safetensors.",
        "lanewise: a model file of the engine."
      },
      converter = Choice.To.class)
  private @Nullable String to;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    return Commands.run(
        commandLine,
        () -> {
          String format = format();
          requireFree();
          Commands.print(commandLine, TrainedModel.export(model, from.value(), file, format));
          return ExitCode.DONE;
        });
  }

  private String format() {
    boolean onnx = file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    if (to == null && !onnx) {
      throw new UsageException("what is %s to become? Say --to pytorch or the like".formatted(file));
    }
    if (to != null && onnx && !to.equals("onnx")) {
      throw new UsageException("%s has the name of an ONNX file, and --to says %s".formatted(file, to));
    }
    return to == null ? "onnx" : to;
  }

  private void requireFree() {
    if (Files.isDirectory(file)) {
      throw new UsageException(file + " is a directory");
    }
    if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new UsageException(file + " exists; --force replaces it");
    }
  }
}
