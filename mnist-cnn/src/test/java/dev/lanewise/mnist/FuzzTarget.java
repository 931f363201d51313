package dev.lanewise.mnist;

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
import dev.lanewise.mnist.FuzzMaterial.Training;
import dev.lanewise.mnist.IdxReader.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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
      Path file = Files.write(own.resolve("checkpoint-3.safetensors"), withChecksum(input));
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
      for (Kind kind : Kind.values()) {
        idx(input, false, kind);
      }
    }
  },

  GZIP(FuzzMaterial.BINARY_TOKENS) {
    @Override
    List<byte[]> seeds() throws IOException {
      return List.of(gzip(IdxFiles.images(3, 4, 5)), gzip(IdxFiles.labels(1, 2, 3)));
    }

    @Override
    void attack(byte[] input, Path folder) {
      for (Kind kind : Kind.values()) {
        idx(input, true, kind);
      }
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
      CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err));
      try {
        commandLine.parseArgs(args);
      } catch (ParameterException e) {
        e.getCommandLine().setErr(new PrintWriter(err));
        int code = commandLine.getParameterExceptionHandler().handleParseException(e, args);
        require(code == ExitCode.USAGE, "exit code " + code);
        requireOneLine(err.toString().stripTrailing(), "mnist-cnn: ");
      }
    }
  };

  private static final long SMALL = 1 << 16;

  final List<String> tokens;

  FuzzTarget(List<String> tokens) {
    this.tokens = tokens;
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

  private static void idx(byte[] input, boolean gzip, Kind kind) {
    try {
      IdxReader.Content content =
          IdxReader.read("file", new ByteArrayInputStream(input), gzip, kind);
      long size = Arrays.stream(content.dims()).mapToLong(d -> d).reduce(1, Math::multiplyExact);
      require(content.data().length == size, "data and sizes differ");
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

  private static byte[] withChecksum(byte[] file) {
    int end = file.length - 32;
    if (end < 0) {
      return file;
    }
    byte[] whole = file.clone();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(file, 0, end);
      System.arraycopy(digest.digest(), 0, whole, end, 32);
      return whole;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(target)) {
      out.write(bytes);
    }
    return target.toByteArray();
  }
}
