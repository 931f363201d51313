package dev.lanewise.bench.peers;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The network's parameters that every library starts from, in Lanewise's order: weight and bias of conv 1, 2, 3 and
 * of dense 1, 2.
 *
 * @param tensors convolutions as {@code [3][3][in][out]}, dense layers as {@code [in][out]}
 */
record Weights(List<float[]> tensors) {
  /** Filters or units of the five layers. */
  static final int[] OUTPUTS = {32, 64, 64, 64, 10};

  /** Channels or values that go into them. */
  static final int[] INPUTS = {1, 32, 64, 576, 64};

  private static final int TAPS = 9;
  private static final int CHANNELS_BEFORE_FLATTEN = 64;

  static Weights of(Model model) {
    List<float[]> tensors = new ArrayList<>();
    for (Parameter parameter : model.network().parameters()) {
      tensors.add(
          model
              .parameters()
              .asSlice(parameter.offset() * Float.BYTES, (long) parameter.shape().size() * Float.BYTES)
              .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }
    return new Weights(tensors);
  }

  /** Layer 0 to 4, in Lanewise's form. */
  float[] weight(int layer) {
    return tensors.get(2 * layer);
  }

  /** The bias of layer 0 to 4. */
  float[] bias(int layer) {
    return tensors.get(2 * layer + 1);
  }

  /** A convolution as {@code [out][in][3][3]}. */
  float[] filtersFirst(int layer) {
    return transposed(permuted(weight(layer), TAPS, INPUTS[layer], OUTPUTS[layer]), INPUTS[layer] * TAPS);
  }

  /** A dense layer as {@code [in][out]}, for inputs that were flattened from {@code [channels][pixels]}. */
  float[] channelsFirst(int layer) {
    return layer == 3
        ? permuted(weight(layer), TAPS, CHANNELS_BEFORE_FLATTEN, OUTPUTS[layer])
        : weight(layer).clone();
  }

  /** The same as {@code [out][in]}. */
  float[] channelsFirstTransposed(int layer) {
    return transposed(channelsFirst(layer), INPUTS[layer]);
  }

  /** {@code [a][b][c]} to {@code [b][a][c]}. */
  private static float[] permuted(float[] values, int a, int b, int c) {
    float[] result = new float[values.length];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(values, (i * b + j) * c, result, (j * a + i) * c, c);
      }
    }
    return result;
  }

  /** {@code [rows][columns]} to {@code [columns][rows]}. */
  private static float[] transposed(float[] values, int rows) {
    int columns = values.length / rows;
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }
}
