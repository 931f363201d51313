package dev.lanewise.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Deeplearning4j on ND4J's native backend. Its threads are OpenMP's: the environment says how many. */
final class Dl4j implements Peer {
  /** Its layer for each of the network's five; poolings lie between. */
  private static final int[] LAYERS = {0, 2, 4, 5, 6};

  @Override
  public Job training(Digits digits, Weights start, int threads) {
    MultiLayerNetwork network = network(start);
    List<INDArray> images = new ArrayList<>();
    List<INDArray> targets = new ArrayList<>();
    for (int batch = 0; batch < digits.batches(); batch++) {
      images.add(images(digits.batchPixels(batch)));
      targets.add(Nd4j.create(digits.batchTargets(batch), new long[] {Digits.BATCH, Digits.CLASSES}, 'c'));
    }
    return new Job() {
      private int step;

      @Override
      public void run() {
        int batch = step++ % images.size();
        network.fit(images.get(batch), targets.get(batch));
      }

      @Override
      public float[] result() {
        // Probabilities; the largest is where the largest logit is.
        return network.output(images(digits.validation())).dup('c').data().asFloat();
      }
    };
  }

  private static INDArray images(float[] pixels) {
    return Nd4j.create(pixels, new long[] {pixels.length / Digits.IMAGE, 1, Digits.SIDE, Digits.SIDE}, 'c');
  }

  private static MultiLayerNetwork network(Weights weights) {
    MultiLayerConfiguration description =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.001, 0.9, 0.999, 1e-7))
            .convolutionMode(ConvolutionMode.Truncate)
            .list()
            .layer(convolution(0))
            .layer(pooling())
            .layer(convolution(1))
            .layer(pooling())
            .layer(convolution(2))
            .layer(new DenseLayer.Builder().nOut(Weights.OUTPUTS[3]).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(Weights.OUTPUTS[4])
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(Digits.SIDE, Digits.SIDE, 1))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(description);
    network.init();
    for (int layer = 0; layer < LAYERS.length; layer++) {
      float[] weight = layer < 3 ? weights.filtersFirst(layer) : weights.channelsFirst(layer);
      set(network.getParam(LAYERS[layer] + "_W"), weight);
      set(network.getParam(LAYERS[layer] + "_b"), weights.bias(layer));
    }
    return network;
  }

  private static ConvolutionLayer convolution(int layer) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(Weights.OUTPUTS[layer])
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static void set(INDArray parameter, float[] values) {
    parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
  }
}
