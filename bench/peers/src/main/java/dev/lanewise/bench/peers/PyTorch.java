package dev.lanewise.bench.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch through DJL: DJL's blocks, its loss and its Adam, each an operation of PyTorch's. DJL's trainer would add
 * listeners and metrics around the same calls.
 */
final class PyTorch implements Peer {
  private static final Shape KERNEL = new Shape(3, 3);
  private static final Shape TWO = new Shape(2, 2);

  @Override
  public Job training(Digits digits, Weights start, int threads) {
    return new Training(digits, start);
  }

  @Override
  public Job prediction(float[] pixels, int batch, Weights weights, int threads) {
    Network network = new Network(weights);
    return new Job() {
      private float[] logits = new float[0];

      @Override
      public void run() {
        logits = network.predict(pixels, batch);
      }

      @Override
      public float[] result() {
        return logits;
      }

      @Override
      public void close() {
        network.close();
      }
    };
  }

  /** The network with its parameters set. Images are NCHW. */
  private static final class Network implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final ParameterStore store = new ParameterStore(manager, false);
    private final SequentialBlock block = new SequentialBlock();
    private final List<Parameter> parameters = new ArrayList<>();

    Network(Weights weights) {
      for (int layer = 0; layer < 3; layer++) {
        block
            .add(Conv2d.builder().setFilters(Weights.OUTPUTS[layer]).setKernelShape(KERNEL).build())
            .add(Activation.reluBlock());
        if (layer < 2) {
          block.add(Pool.maxPool2dBlock(TWO, TWO));
        }
      }
      block
          .add(Blocks.batchFlattenBlock())
          .add(Linear.builder().setUnits(Weights.OUTPUTS[3]).build())
          .add(Activation.reluBlock())
          .add(Linear.builder().setUnits(Weights.OUTPUTS[4]).build());
      block.initialize(manager, DataType.FLOAT32, shape(1));
      for (var entry : block.getParameters()) {
        parameters.add(entry.getValue());
      }
      for (int layer = 0; layer < 5; layer++) {
        float[] weight = layer < 3 ? weights.filtersFirst(layer) : weights.channelsFirstTransposed(layer);
        set(parameters.get(2 * layer), weight);
        set(parameters.get(2 * layer + 1), weights.bias(layer));
      }
    }

    private static void set(Parameter parameter, float[] values) {
      NDArray array = parameter.getArray();
      if (array.size() != values.length) {
        throw new IllegalStateException(parameter.getName() + " has " + array.size() + " values");
      }
      array.set(FloatBuffer.wrap(values));
    }

    static Shape shape(int images) {
      return new Shape(images, 1, Digits.SIDE, Digits.SIDE);
    }

    float[] predict(float[] pixels, int images) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray input = scope.create(pixels, shape(images));
        return block.forward(store, new NDList(input), false).singletonOrThrow().toFloatArray();
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private static final class Training implements Job {
    private final Network network;
    private final List<NDArray> images = new ArrayList<>();
    private final List<NDArray> labels = new ArrayList<>();
    private final Loss loss = Loss.softmaxCrossEntropyLoss();
    private final Optimizer adam =
        Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.001f)).optEpsilon(1e-7f).build();
    private final float[] validation;
    private int step;

    Training(Digits digits, Weights start) {
      network = new Network(start);
      for (int batch = 0; batch < digits.batches(); batch++) {
        images.add(network.manager.create(digits.batchPixels(batch), Network.shape(Digits.BATCH)));
        labels.add(network.manager.create(digits.batchLabels(batch)));
      }
      for (Parameter parameter : network.parameters) {
        parameter.getArray().setRequiresGradient(true);
      }
      validation = digits.validation();
    }

    @Override
    public void run() {
      int batch = step++ % images.size();
      try (NDManager scope = network.manager.newSubManager()) {
        NDArray input = images.get(batch);
        input.attach(scope);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          NDList output = network.block.forward(network.store, new NDList(input), true);
          collector.backward(loss.evaluate(new NDList(labels.get(batch)), output));
        }
        for (Parameter parameter : network.parameters) {
          NDArray array = parameter.getArray();
          try (NDArray gradient = array.getGradient()) {
            adam.update(parameter.getId(), array, gradient);
            gradient.subi(gradient);
          }
        }
        input.attach(network.manager);
      }
    }

    @Override
    public float[] result() {
      return network.predict(validation, Digits.VALIDATION);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
