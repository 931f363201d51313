package dev.lanewise.mnist.attack;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.picture.Pictures;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.SampleResults;
import dev.lanewise.mnist.results.UnfinishedRun;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Small networks and data for the targets, and what their formats are made of. */
public final class FuzzMaterial {
  public static final Sequential NETWORK =
      Sequential.of(
          Shape.of(5, 5, 1), Conv2D.of(2, 2), new ReLU(), MaxPool2D.of(2), new Flatten(), Dense.of(3));

  private static final Sequential TRAINED = Sequential.of(Shape.of(2), Dense.of(4), new ReLU(), Dense.of(2));

  static final List<String> HEADER_TOKENS =
      List.of(
          "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "0", "-1", "1e9", "null", "[[[[[[[[",
          "{\"a\":{\"a\":{\"a\":", "9223372036854775807", "18446744073709551616", "\"__metadata__\":{",
          "\"dtype\":\"F32\"", "\"shape\":[0]", "\"data_offsets\":[0,4]", "4294967296", "\"steps\":\"",
          "\"epoch\":\"", "\"history\":\"", "\"samplesDone\":\"", "\"schedule\":\"", "NaN", "-0.0", "1e400",
          "00000000000000000000", "2147483647", "-2147483648", "\u00ff\u00ff\u00ff\u00ff");

  static final List<String> LAYER_TOKENS =
      List.of(
          "\n", "x", "=", " ", "input ", "conv2d filters=2 kernel=1x1 stride=1x1 dilation=1x1 padding=same",
          "dense units=", "max_pool2d window=", "average_pool2d window=", " stride=", "global_average_pool2d",
          "flatten", "dropout rate=", "relu", "leaky_relu slope=", "tanh", "sigmoid", " padding=valid", "NaN",
          "Infinity", "0", "-1", "2147483647", "655362", "65536", "46341x46341", "1000000000x1", "99999999999999999999");

  static final List<String> BINARY_TOKENS =
      List.of(
          "\u0000\u0000\b\u0003", "\u0000\u0000\b\u0001", "\u0000\u0000\u0000\u0000",
          "\u007f\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff", "\u0080\u0000\u0000\u0000",
          "\u001f\u008b\b", "\u0000\u0001\u0000\u0000");

  static final List<String> ARGUMENT_TOKENS =
      List.of(
          "\n", "=", ",", "--", "-", "@", "compare", "train", "evaluate", "export", "latency", "--optimizers",
          "--optimizer", "--epochs", "--batch-size", "--learning-rate", "--seed", "--threads", "--limit",
          "--data", "--output", "--checkpoint", "--checkpoint-every", "--resume", "--kernels", "--vector-bits",
          "--from", "--to", "--help", "--version", "adam", "NaN", "1e999", "-1", "0", "99999999999999999999",
          "\u0000", "\u001b[2J", "\u202e", "\"", "'", "${x}", "%n%s");

  static final List<String> JSON_TOKENS =
      List.of(
          "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud800", "{\"pixels\":", "\"pixels\":[", "-1", "256",
          "1e2", "1e999999999", "2.0", "null", "true", "NaN", "00", "[[[[[[[[", "{\"a\":{\"a\":", "9223372036854775807",
          "99999999999999999999", "/*", "\ufeff", "\u00ff");

  static final List<String> RESULTS_TOKENS =
      Stream.concat(
              JSON_TOKENS.stream(),
              Stream.of(
                  "\"schemaVersion\":", "\"runs\":[", "\"unfinished\":[", "\"epochs\":[", "\"steps\":[",
                  "\"confusion\":[", "\"mistakes\":[", "\"optimizer\":\"", "../../", "<script>", "1e308", "-1e308",
                  "5e-324", "2147483647", "-2147483648"))
          .toList();

  static final List<String> PICTURE_TOKENS =
      List.of(
          "IHDR", "IDAT", "PLTE", "tRNS", "iCCP", "zTXt", "iTXt", "gAMA", "bKGD", "IEND", "\u0000\u0000\u00c3\u0050",
          "\u0005\u00f5\u00e1\u0000", "\u007f\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff", "\u0000\u0000\u0000\u0000",
          "\u00ff\u00d8", "\u00ff\u00c0", "\u00ff\u00c2", "\u00ff\u00c4", "\u00ff\u00da", "\u00ff\u00db", "\u00ff\u00dd",
          "\u00ff\u00e0", "\u00ff\u00e1", "\u00ff\u00ee", "Adobe", "JFIF", "ICC_PROFILE\u0000", "\u00ff\u00d9");

  static final List<String> HTTP_TOKENS =
      List.of(
          "\r\n", "\r\n\r\n", "\n", " ", ": ", ";", "GET ", "POST ", "HEAD ", "OPTIONS * ", "CONNECT a:1 ",
          "mailto:x", "http://[::1", "//", "%", "%00", "?input", "#", " HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/9.9\r\n",
          "Host: ", "Content-Length: ", "Content-Length: -1\r\n", "Content-Length: 1\r\n",
          "Content-Length: 9223372036854775807\r\n", "Content-Length: x\r\n", "Content-Length: +1\r\n",
          "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Expect: 100-continue\r\n",
          "Connection: close\r\n", "Content-Type: application/json\r\n", "Content-Type: image/jpeg\r\n", "\r\n0\r\n\r\n",
          "ffffffff\r\n", "7fffffff\r\n", "-1\r\n", "1;a=b\r\n", "\u0000", "\u00ff");

  private FuzzMaterial() {}

  /** A digit of each kind of picture. */
  static List<byte[]> pictures() throws IOException {
    BufferedImage seven = Pictures.seven(24, 16, Color.BLACK, Color.WHITE);
    List<byte[]> pictures = new ArrayList<>(List.of(Pictures.png(seven), Pictures.jpeg(seven)));
    for (int type :
        new int[] {
          BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_BYTE_INDEXED,
          BufferedImage.TYPE_BYTE_BINARY
        }) {
      BufferedImage other = new BufferedImage(24, 16, type);
      other.createGraphics().drawImage(seven, 0, 0, null);
      pictures.add(Pictures.png(other));
    }
    return pictures;
  }

  /** The JSON body of a good request. */
  static byte[] pixels() {
    return IntStream.range(0, MnistForm.PIXELS)
        .mapToObj(i -> Integer.toString(i % 256))
        .collect(Collectors.joining(",", "{\"pixels\":[", "]}"))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Results with and without a run that did not end. */
  static List<byte[]> results() {
    RunResult run = SampleResults.run("adam", 0, 2, 0.99, SampleResults.predictions(2));
    UnfinishedRun unfinished = SampleResults.unfinished("sgd", UnfinishedRun.DIVERGED, 1, 2);
    return Stream.of(
            SampleResults.of(List.of(run), List.of(unfinished)), SampleResults.of(List.of(), List.of(unfinished)))
        .map(results -> SampleResults.json(results).getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  /** A checkpoint with the checksum of its bytes as its last ones. */
  public static byte[] withChecksum(byte[] file) {
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

  /** One trainer for all inputs: making one takes a thousand times longer than reading a checkpoint. */
  static final class Training {
    static final Dataset DATA = samples();
    static final Model MODEL = TRAINED.initialize(1);
    static final Trainer TRAINER = builder(MODEL).build();

    private Training() {}

    static TrainerBuilder builder(Model model) {
      return Trainer.builder(model, Adam.keras()).batchSize(10).threads(1);
    }

    private static Dataset samples() {
      float[] points = new float[80];
      int[] labels = new int[40];
      Arrays.setAll(labels, i -> i % 2);
      for (int i = 0; i < points.length; i++) {
        points[i] = i % 7;
      }
      return Dataset.of(points, labels, Shape.of(2));
    }
  }
}
