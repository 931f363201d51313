package dev.lanewise.mnist.attack;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.io.Checkpoints;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.io.ModelFormatException;
import dev.lanewise.engine.io.PyTorchFile;
import dev.lanewise.engine.io.SafetensorsReader;
import dev.lanewise.engine.io.TensorInfo;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingException;
import dev.lanewise.mnist.IdxFiles;
import dev.lanewise.mnist.attack.FuzzMaterial.Training;
import dev.lanewise.mnist.command.RootCommand;
import dev.lanewise.mnist.data.DataException;
import dev.lanewise.mnist.data.IdxAttack;
import dev.lanewise.mnist.model.Predictions;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.picture.Picture;
import dev.lanewise.mnist.picture.PictureException;
import dev.lanewise.mnist.report.Report;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.ResultsJson;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.web.PixelsAttack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The parsers, each as something that takes any bytes. {@link #attack} returns if the parser accepted or
 * refused them as it promises, and throws whatever else came out.
 */
enum FuzzTarget {
  SAFETENSORS(FuzzMaterial.HEADER_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return MODEL.seeds();
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      Path file = Files.write(folder.resolve("x.safetensors"), input);
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        for (TensorInfo tensor : reader.tensors()) {
          float[] values = new float[Math.toIntExact(tensor.elements())];
          reader.read(tensor.name(), MemorySegment.ofArray(values), 0);
        }
      } catch (ModelFormatException e) {
        requireOneLine(e, file.toString());
      }
    }
  },

  MODEL(FuzzMaterial.HEADER_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return saved(ModelFile::save);
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      load(input, folder, ModelFile::load);
    }
  },

  /** The text that names a network's layers, without the file around it. */
  NETWORK_TEXT(FuzzMaterial.LAYER_TOKENS) {
    @Override
    List<byte[]> seeds() {
      return Stream.of(
              FuzzMaterial.NETWORK.describe(),
              "input 5x7x2\nconv2d filters=3 kernel=2x3 stride=2x1 dilation=1x2 padding=same\ntanh\n"
                  + "average_pool2d window=2x2 stride=1x2 padding=same\nglobal_average_pool2d\ndense units=2",
              "input 9\ndense units=4\nleaky_relu slope=0.1\ndropout rate=0.25\nsigmoid")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    void attack(byte[] input, Path folder) {
      Sequential network;
      try {
        network = Sequential.parse(new String(input, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        require(e.getMessage() != null && !e.getMessage().isBlank(), "no message");
        return;
      }
      require(Sequential.parse(network.describe()).equals(network), "another network in its own text");
      if (network.parameterFloats() < SMALL) {
        try (Model model = Model.zeros(network)) {
          predict(model);
        }
      }
    }
  },

  PYTORCH(FuzzMaterial.HEADER_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return saved(PyTorchFile::save);
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      load(input, folder, file -> PyTorchFile.load(file, FuzzMaterial.NETWORK));
    }
  },

  /** Each input is given the right checksum; that wrong ones are refused is a test of its own. */
  CHECKPOINT(FuzzMaterial.HEADER_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      Path folder = Files.createTempDirectory("seed");
      try (Model model = Model.zeros(Training.MODEL.network());
          Checkpoints checkpoints = Checkpoints.open(folder);
          Trainer trainer = Training.builder(model).checkpoints(checkpoints::save, 3).build()) {
        trainer.fit(Training.DATA, null, 1);
        List<byte[]> files = new ArrayList<>();
        for (String name : List.of("checkpoint-3.safetensors", "checkpoint-4.safetensors")) {
          files.add(Files.readAllBytes(folder.resolve(name)));
        }
        return files;
      }
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      Path own = Files.createDirectories(folder.resolve("checkpoints"));
      Path file = Files.write(own.resolve("checkpoint-3.safetensors"), FuzzMaterial.withChecksum(input));
      try (Checkpoints checkpoints = Checkpoints.open(own)) {
        String before = Training.MODEL.parametersSha256();
        try {
          checkpoints.resume(Training.TRAINER);
        } catch (ModelFormatException | ResumeException e) {
          requireOneLine(e, file.toString());
          require(Training.MODEL.parametersSha256().equals(before), "a refused checkpoint left its parameters");
          return;
        }
      }
      apart(
          () -> {
            try {
              Training.TRAINER.fit(Training.DATA, null, 2);
            } catch (ResumeException | TrainingException e) {
              require(e.getMessage() != null, "no message");
            }
          });
    }
  },

  IDX(FuzzMaterial.BINARY_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(IdxFiles.images(3, 4, 5), IdxFiles.labels(1, 2, 3));
    }

    @Override
    void attack(byte[] input, Path folder) {
      idx(input, false, true);
      idx(input, false, false);
    }
  },

  GZIP(FuzzMaterial.BINARY_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(FuzzMaterial.gzip(IdxFiles.images(3, 4, 5)), FuzzMaterial.gzip(IdxFiles.labels(1, 2, 3)));
    }

    @Override
    void attack(byte[] input, Path folder) {
      idx(input, true, true);
      idx(input, true, false);
    }
  },

  /** Arguments divided by line breaks; they are parsed and checked, but nothing is run. */
  COMMAND_LINE(FuzzMaterial.ARGUMENT_TOKENS) {
    @Override
    List<byte[]> seeds() {
      return Stream.of(
              "--optimizers\nadam,sgd\n--epochs\n3\n--seed\n0,1",
              "train\n--optimizer\nlion\n--batch-size=7\n--learning-rate\n1e-3\n--checkpoint\nx\n--resume",
              "export\na\nb\n--to\npytorch",
              "evaluate\n--from=lanewise\nfile\n--data\nd",
              "latency\n--help")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    void attack(byte[] input, Path folder) throws Exception {
      String[] args = new String(input, StandardCharsets.UTF_8).split("\n", -1);
      StringWriter err = new StringWriter();
      CommandLine commandLine = RootCommand.commandLine(args).setErr(new PrintWriter(err));
      try {
        commandLine.parseArgs(args);
      } catch (ParameterException e) {
        e.getCommandLine().setErr(new PrintWriter(err));
        int code = commandLine.getParameterExceptionHandler().handleParseException(e, args);
        require(code == ExitCode.USAGE, "exit code " + code);
        requireOneLine(err.toString().stripTrailing(), "mnist-cnn: ");
      }
    }
  },

  /** PNG and JPEG, as {@code predict} and as the server take them. */
  PICTURE(FuzzMaterial.PICTURE_TOKENS, 96 << 20) {
    @Override
    List<byte[]> seeds() throws IOException {
      return FuzzMaterial.pictures();
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      for (long most : new long[] {Predictions.MAX_PIXELS, PixelsAttack.MOST_PIXELS}) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(input))) {
          require(MnistForm.of(Picture.read(in, most)).length == MnistForm.PIXELS, "no image");
        } catch (PictureException e) {
          requireOneLine(String.valueOf(e.getMessage()), "");
        }
      }
    }
  },

  /** The JSON body of a request for a prediction. */
  PIXELS_JSON(FuzzMaterial.JSON_TOKENS) {
    @Override
    List<byte[]> seeds() {
      return List.of(FuzzMaterial.pixels());
    }

    @Override
    void attack(byte[] input, Path folder) {
      try {
        require(PixelsAttack.read(input) == MnistForm.PIXELS, "no image");
      } catch (RuntimeException e) {
        require(e.getClass().getSimpleName().equals("WebException"), e.toString());
        requireOneLine(String.valueOf(e.getMessage()), "");
      }
    }
  },

  /** Bytes on a connection to a running server, which then has to answer others. */
  HTTP(FuzzMaterial.HTTP_TOKENS) {
    @Override
    List<byte[]> seeds() {
      return FuzzServer.requests();
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      String answers = FuzzServer.answers(input);
      require(answers.isEmpty() || answers.startsWith("HTTP/1.1 "), "not HTTP: " + answers);
      require(!answers.contains("HTTP/1.1 500 "), answers);
      String health = FuzzServer.answers(FuzzServer.HEALTH);
      require(health.startsWith("HTTP/1.1 200 "), "health: " + health);
    }
  },

  /** {@code results.json}, of which the {@code report} command makes a report. */
  RESULTS(FuzzMaterial.RESULTS_TOKENS, 8 << 20) {
    @Override
    List<byte[]> seeds() {
      return FuzzMaterial.results();
    }

    @Override
    void attack(byte[] input, Path folder) throws IOException {
      Path own = Files.createDirectories(folder.resolve("results"));
      Path file = Files.write(own.resolve("results.json"), input);
      Results results;
      try {
        results = ResultsJson.read(file);
      } catch (UsageException e) {
        requireOneLine(e, file.toString());
        return;
      }
      Report report = new Report(new ResultsFolder(own), line -> require(!line.isBlank(), "no message"));
      apart(() -> report.write(results, null));
    }
  };

  private static final long SMALL = 1 << 16;

  final List<String> tokens;

  /** What any input may take on the heap, beside {@link FuzzRun#HEAP_BYTES_PER_BYTE}. */
  final long heapBytes;

  FuzzTarget(List<String> tokens) {
    this(tokens, 4 << 20);
  }

  FuzzTarget(List<String> tokens, long heapBytes) {
    this.tokens = tokens;
    this.heapBytes = heapBytes;
  }

  /** Inputs from which mutation begins: good ones. */
  abstract List<byte[]> seeds() throws IOException;

  /**
   * Hands the bytes to the parser.
   *
   * @param folder for files
   * @throws Exception if the parser broke its promise
   */
  abstract void attack(byte[] input, Path folder) throws Exception;

  private static void require(boolean good, String fault) {
    if (!good) {
      throw new AssertionError(fault);
    }
  }

  private static void requireOneLine(Exception e, String start) {
    requireOneLine(String.valueOf(e.getMessage()), start + ": ");
  }

  private static void requireOneLine(String message, String start) {
    require(message.startsWith(start) && message.length() > start.length(), "unnamed: " + message);
    require(message.chars().noneMatch(c -> Character.isISOControl(c)), "control characters: " + message);
    require(message.length() < start.length() + 2_000, "a message of " + message.length());
  }

  private static void idx(byte[] input, boolean gzip, boolean images) {
    try {
      IdxAttack.read("file", new ByteArrayInputStream(input), gzip, images);
    } catch (DataException e) {
      requireOneLine(e, "file");
    }
  }

  /** What comes after loading, if the network is small enough to be run a million times. */
  private static void predict(Model model) {
    Sequential network = model.network();
    long work = 0;
    for (int i = 0; i < network.layers().size(); i++) {
      work += network.outputShape(i).size();
    }
    if (work + network.inputShape().size() > SMALL || network.parameterCount() * work > SMALL * 16) {
      return;
    }
    apart(
        () -> {
          try (Predictor predictor = new Predictor(model)) {
            predictor.classify(new float[network.inputShape().size()]);
          }
        });
  }

  /** On another thread: the heap that kernels take until they are compiled is not the parser's. */
  private static void apart(Runnable work) {
    CompletableFuture.runAsync(work).join();
  }

  private interface Load {
    Model from(Path file) throws IOException;
  }

  private static void load(byte[] input, Path folder, Load load) throws IOException {
    Path file = Files.write(folder.resolve("model.safetensors"), input);
    try (Model model = load.from(file)) {
      predict(model);
    } catch (ModelFormatException e) {
      requireOneLine(e, file.toString());
    }
  }

  private interface Save {
    void to(Model model, Path file) throws IOException;
  }

  private static List<byte[]> saved(Save save) throws IOException {
    Path file = Files.createTempFile("seed", ".safetensors");
    try (Model model = FuzzMaterial.NETWORK.initialize(1)) {
      save.to(model, file);
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return List.of(bytes);
  }
}
