package dev.lanewise.bench;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The whole training of the MNIST network with Adam in batches of 128: shuffling, normalisation, forward, loss,
 * backward, update. The data is synthetic and of MNIST's form, which changes nothing about the work.
 *
 * <p>An operation is an epoch of some batches. Its steps allocate nothing; the epoch's result and history, a
 * few hundred bytes, are what B/op shows.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Training</pre>
 */
@State(Scope.Benchmark)
public class TrainingBenchmark {
  /** Threads that share a batch. */
  @Param({"1", "2"})
  public int threads;

  /** Batches in an operation. */
  @Param("8")
  public int batches;

  private Dataset data;
  private Model model;
  private Trainer trainer;

  /** Makes data and model, and starts the trainer. */
  @Setup
  public void setUp() {
    data = Workload.images(batches * Workload.BATCH);
    model = Workload.network().initialize(0);
    trainer = Trainer.builder(model, Adam.keras()).batchSize(Workload.BATCH).threads(threads).build();
  }

  /** Frees everything. */
  @TearDown
  public void tearDown() {
    trainer.close();
    model.close();
    data.close();
  }

  /** One epoch; returns its mean loss. */
  @Benchmark
  public double train(Work work) {
    work.images += data.size();
    work.gflop += data.size() * Workload.GFLOP_PER_TRAINED_IMAGE;
    return trainer.fit(data, null, 1).last().trainLoss();
  }
}
