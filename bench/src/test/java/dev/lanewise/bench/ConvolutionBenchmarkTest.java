package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark measures convolutions that are right, by their definition in double. */
class ConvolutionBenchmarkTest {
  private final ConvolutionBenchmark state = new ConvolutionBenchmark();
  private final Work work = new Work();

  private void setUp(String layer, int threads) {
    state.layer = layer;
    state.threads = threads;
    state.batch = 16; // two groups, since rounding errors grow with the sums
    state.setUp();
  }

  @AfterEach
  void tearDown() {
    state.tearDown();
  }

  /** Calls back for each product of an output pixel's filter and a tap. */
  private interface Term {
    void add(int output, int input, int weight);
  }

  private void forEachTerm(Term term) {
    ConvolutionShape s = state.shape;
    for (int image = 0; image < state.batch; image++) {
      for (int y = 0; y < s.outputHeight(); y++) {
        for (int x = 0; x < s.outputWidth(); x++) {
          for (int tap = 0; tap < s.taps(); tap++) {
            int row = y + tap / (s.channels() * s.kernelWidth());
            int column = x + tap / s.channels() % s.kernelWidth();
            int input = (row * s.width() + column) * s.channels() + tap % s.channels();
            for (int f = 0; f < s.filters(); f++) {
              term.add(
                  (int) (image * state.outputPitch) + (y * s.outputWidth() + x) * s.filters() + f,
                  (int) (image * state.imagePitch) + input,
                  tap * s.filters() + f);
            }
          }
        }
      }
    }
  }

  private static double[] doubles(MemorySegment segment) {
    double[] values = new double[(int) (segment.byteSize() / Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = Memory.get(segment, i);
    }
    return values;
  }

  private static void assertClose(MemorySegment actual, double[] expected, double tolerance) {
    double[] values = doubles(actual);
    assertThat(values).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      worst = Math.max(worst, Math.abs(values[i] - expected[i]));
    }
    assertThat(worst).as("largest difference").isLessThan(tolerance);
  }

  @ParameterizedTest
  @DisplayName("Outputs are bias plus products, clipped at zero")
  @CsvSource({"conv1, 1", "conv2, 2", "conv3, 1"})
  void forward(String layer, int threads) {
    setUp(layer, threads);
    state.forward(work);
    double[] in = doubles(state.images);
    double[] weights = doubles(state.weights);
    double[] expected = new double[(int) (state.batch * state.outputPitch)];
    forEachTerm((o, i, w) -> expected[o] += in[i] * weights[w]);
    ConvolutionShape s = state.shape;
    int outputs = s.outputHeight() * s.outputWidth() * s.filters();
    for (int o = 0; o < expected.length; o++) {
      if (o % state.outputPitch < outputs) {
        double bias = Memory.get(state.bias, o % state.outputPitch % s.filters());
        expected[o] = Math.max(0, expected[o] + bias);
      }
    }
    assertClose(state.outputs, expected, 1e-4);
    assertThat(work.gflop)
        .isCloseTo(2e-9 * state.batch * outputs * s.taps(), within(1e-12));
  }

  @ParameterizedTest
  @DisplayName("A weight's gradient is the sum over all images and pixels")
  @CsvSource({"conv1, 2", "conv2, 1", "conv3, 2"})
  void weightGradient(String layer, int threads) {
    setUp(layer, threads);
    state.weightGradient(work);
    double[] in = doubles(state.images);
    double[] gradient = doubles(state.outputGradient);
    double[] expected = new double[(int) (state.weightsGradient.byteSize() / Float.BYTES)];
    forEachTerm((o, i, w) -> expected[w] += in[i] * gradient[o]);
    assertClose(state.weightsGradient, expected, 2e-3);
  }

  @ParameterizedTest
  @DisplayName("A pixel's gradient is the sum over all outputs that saw it")
  @CsvSource({"conv1, 2", "conv2, 1", "conv3, 2"})
  void dataGradient(String layer, int threads) {
    setUp(layer, threads);
    state.dataGradient(work);
    double[] weights = doubles(state.weights);
    double[] gradient = doubles(state.outputGradient);
    double[] expected = new double[(int) (state.batch * state.imagePitch)];
    forEachTerm((o, i, w) -> expected[i] += weights[w] * gradient[o]);
    assertClose(state.imageGradient, expected, 1e-4);
  }
}
