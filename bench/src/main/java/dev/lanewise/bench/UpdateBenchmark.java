package dev.lanewise.bench;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.OptimizerState;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One update of every optimizer: gradients in, parameters and state in place, in a single pass. At 93,322
 * parameters (the MNIST network) all of it lies in the L2 cache; at 50 million only memory counts, and what to
 * compare with is {@link PeakMemoryBenchmark}.
 *
 * <p>The large size takes up to 1 GB of off-heap memory. Setup is part of no figure.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Update</pre>
 */
@State(Scope.Benchmark)
public class UpdateBenchmark {
  /** A name of {@link Optimizer#byName}, in Keras's arithmetic. */
  @Param({
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop-centered", "rmsprop-momentum", "adam",
    "amsgrad", "adamw", "nadam", "adamax", "adadelta", "lion"
  })
  public String optimizer = "";

  /** Parameters; padded to 16, as in a model. */
  @Param({"93322", "50000000"})
  public int parameters;

  /** Threads that share the update. */
  @Param({"1", "2"})
  public int threads;

  MemorySegment weights;
  MemorySegment gradients;
  OptimizerState state;
  private long floats;
  private double touched;
  private Operands operands;
  private Team team;
  private Team.Task task;

  /** Allocates parameters, gradients and state, and starts the team. */
  @Setup
  public void setUp() {
    Optimizer rule = Optimizer.byName(optimizer);
    floats = Memory.padded(parameters);
    operands = new Operands();
    weights = operands.random(floats, -1, 1);
    gradients = operands.random(floats, -1, 1);
    state = rule.newState(operands.arena(), floats);
    touched = (3.0 + 2 * rule.slots()) * parameters; // all but the gradient is read and written
    team = new Team(threads);
    task = this::share;
  }

  /** Ends the team and frees the memory. */
  @TearDown
  public void tearDown() {
    team.close();
    operands.close();
  }

  /** One step. */
  @Benchmark
  public void update(Work work) {
    state.begin();
    team.run(task);
    work.floats(touched);
  }

  private void share(int member) {
    state.apply(
        weights, gradients, 1, floats, Workload.share(floats, member, threads),
        Workload.share(floats, member + 1, threads));
  }
}
