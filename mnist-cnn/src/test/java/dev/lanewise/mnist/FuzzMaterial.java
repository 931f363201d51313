package dev.lanewise.mnist;

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
import java.util.Arrays;
import java.util.List;

/** Small networks and data for the targets, and what their formats are made of. */
final class FuzzMaterial {
  static final Sequential NETWORK =
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
          "Infinity", "0", "-1", "2147483647", "65536", "46341x46341", "1000000000x1", "99999999999999999999");

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

  private FuzzMaterial() {}

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
