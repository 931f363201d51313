package dev.lanewise.bench;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Predictions of the MNIST network on one thread, from a float array to an array of logits. A batch of 1 shows
 * the latency of a single answer, the larger ones what batching gains.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Prediction</pre>
 */
@State(Scope.Benchmark)
public class PredictionBenchmark {
  /** Images in a call. */
  @Param({"1", "32", "128"})
  public int batch;

  float[] input = new float[0];
  float[] output = new float[0];
  private Model model;
  private Predictor predictor;

  /** Makes model, predictor and images. */
  @Setup
  public void setUp() {
    model = Workload.network().initialize(0);
    predictor = Workload.predictor(model, batch);
    input = Workload.features(batch);
    output = new float[batch * Workload.CLASSES];
  }

  /** Frees everything. */
  @TearDown
  public void tearDown() {
    predictor.close();
    model.close();
  }

  /** One call. */
  @Benchmark
  public float[] predict(Work work) {
    predictor.predict(input, output, batch);
    work.images += batch;
    work.gflop += batch * Workload.GFLOP_PER_PREDICTED_IMAGE;
    return output;
  }
}
