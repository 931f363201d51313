package dev.lanewise.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** TensorFlow Java: a graph of TensorFlow's own operations, and a session that runs it. */
final class TensorFlowJava implements Peer {
  private static final String VALID = "VALID";
  private static final List<Long> STEP_OF_ONE = List.of(1L, 1L, 1L, 1L);

  @Override
  public Job training(Digits digits, Weights start, int threads) {
    return new Training(digits, start, threads);
  }

  @Override
  public Job prediction(float[] pixels, int batch, Weights weights, int threads) {
    Network network = new Network(weights, threads);
    TFloat32 images = images(pixels);
    float[] logits = new float[batch * Digits.CLASSES];
    return new Job() {
      @Override
      public void run() {
        images.copyFrom(DataBuffers.of(pixels));
        network.predict(images, logits);
      }

      @Override
      public float[] result() {
        return logits;
      }

      @Override
      public void close() {
        images.close();
        network.close();
      }
    };
  }

  private static TFloat32 images(float[] pixels) {
    return TFloat32.tensorOf(
        Shape.of(pixels.length / Digits.IMAGE, Digits.SIDE, Digits.SIDE, 1), DataBuffers.of(pixels));
  }

  /** The network as a graph with initialised variables. */
  private static final class Network implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Session session;
    private final Placeholder<TFloat32> input =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, Digits.SIDE, Digits.SIDE, 1)));
    private final List<Variable<TFloat32>> parameters = new ArrayList<>();
    private final Operand<TFloat32> output;

    Network(Weights weights, int threads) {
      session =
          new Session(
              graph,
              ConfigProto.newBuilder()
                  .setIntraOpParallelismThreads(threads)
                  .setInterOpParallelismThreads(threads)
                  .build());
      Operand<TFloat32> x = input;
      for (int layer = 0; layer < 3; layer++) {
        Shape filters = Shape.of(3, 3, Weights.INPUTS[layer], Weights.OUTPUTS[layer]);
        x = tf.nn.conv2d(x, variable(filters, weights.weight(layer)), STEP_OF_ONE, VALID);
        x = tf.nn.relu(tf.nn.biasAdd(x, variable(Shape.of(Weights.OUTPUTS[layer]), weights.bias(layer))));
        if (layer < 2) {
          var two = tf.constant(new int[] {1, 2, 2, 1});
          x = tf.nn.maxPool(x, two, two, VALID);
        }
      }
      x = tf.reshape(x, tf.constant(new int[] {-1, Weights.INPUTS[3]}));
      x = tf.nn.relu(dense(x, 3, weights));
      output = dense(x, 4, weights);
    }

    private Operand<TFloat32> dense(Operand<TFloat32> x, int layer, Weights weights) {
      Shape shape = Shape.of(Weights.INPUTS[layer], Weights.OUTPUTS[layer]);
      return tf.nn.biasAdd(
          tf.linalg.matMul(x, variable(shape, weights.weight(layer))),
          variable(Shape.of(Weights.OUTPUTS[layer]), weights.bias(layer)));
    }

    private Variable<TFloat32> variable(Shape shape, float[] values) {
      Variable<TFloat32> variable = variableOf(shape, values);
      parameters.add(variable);
      return variable;
    }

    /** A variable that has its value before the first run. */
    Variable<TFloat32> variableOf(Shape shape, float[] values) {
      Variable<TFloat32> variable = tf.variable(shape, TFloat32.class);
      session.run(tf.assign(variable, tf.constant(shape, DataBuffers.of(values))));
      return variable;
    }

    void predict(TFloat32 images, float[] logits) {
      try (Result result = session.runner().feed(input, images).fetch(output).run()) {
        ((TFloat32) result.get(0)).copyTo(DataBuffers.of(logits));
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  private static final class Training implements Job {
    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;

    private final Network network;
    private final List<TFloat32> images = new ArrayList<>();
    private final List<TFloat32> targets = new ArrayList<>();
    private final Placeholder<TFloat32> target;
    private final Placeholder<TFloat32> power1;
    private final Placeholder<TFloat32> power2;
    private final Operand<TFloat32> loss;
    private final List<Op> updates = new ArrayList<>();
    private final float[] validation;
    private int step;

    Training(Digits digits, Weights start, int threads) {
      network = new Network(start, threads);
      Ops tf = network.tf;
      target = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, Digits.CLASSES)));
      power1 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      power2 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      loss = tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(network.output, target).loss(), tf.constant(0));
      Output<?>[] gradients =
          network.graph.addGradients(
              loss.asOutput(), network.parameters.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
      // Variables are read in place: none may change before every gradient is there.
      Ops afterwards = tf.withControlDependencies(List.of(gradients));
      for (int i = 0; i < gradients.length; i++) {
        updates.add(adam(afterwards, network.parameters.get(i), gradients[i], start.tensors().get(i).length));
      }
      for (int batch = 0; batch < digits.batches(); batch++) {
        images.add(images(digits.batchPixels(batch)));
        targets.add(
            TFloat32.tensorOf(
                Shape.of(Digits.BATCH, Digits.CLASSES), DataBuffers.of(digits.batchTargets(batch))));
      }
      validation = digits.validation();
    }

    @SuppressWarnings("unchecked") // the gradient of a float is one
    private Op adam(Ops tf, Variable<TFloat32> parameter, Output<?> gradient, int size) {
      Shape shape = parameter.shape();
      return tf.train.applyAdam(
          parameter,
          network.variableOf(shape, new float[size]),
          network.variableOf(shape, new float[size]),
          power1,
          power2,
          tf.constant(0.001f),
          tf.constant(BETA_1),
          tf.constant(BETA_2),
          tf.constant(1e-7f),
          (Output<TFloat32>) gradient);
    }

    @Override
    public void run() {
      int batch = step++ % images.size();
      try (TFloat32 first = TFloat32.scalarOf((float) Math.pow(BETA_1, step));
          TFloat32 second = TFloat32.scalarOf((float) Math.pow(BETA_2, step))) {
        Session.Runner runner =
            network
                .session
                .runner()
                .feed(network.input, images.get(batch))
                .feed(target, targets.get(batch))
                .feed(power1, first)
                .feed(power2, second)
                .fetch(loss);
        updates.forEach(runner::addTarget);
        runner.run().close();
      }
    }

    @Override
    public float[] result() {
      float[] logits = new float[Digits.VALIDATION * Digits.CLASSES];
      try (TFloat32 all = images(validation)) {
        network.predict(all, logits);
      }
      return logits;
    }

    @Override
    public void close() {
      images.forEach(TFloat32::close);
      targets.forEach(TFloat32::close);
      network.close();
    }
  }
}
