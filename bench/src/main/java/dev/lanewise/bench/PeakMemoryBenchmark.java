package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Bytes a second with Adam's traffic and hardly any arithmetic: four arrays are read, three of them written. What
 * every GB/s is divided by. It has no scalar form.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include PeakMemory</pre>
 */
@State(Scope.Benchmark)
public class PeakMemoryBenchmark {
  private static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(128, Kernels.VECTOR_BITS)));

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Floats of each array. */
  @Param({"93322", "50000000"})
  public int parameters;

  /** Threads that share the arrays. */
  @Param({"1", "2"})
  public int threads;

  MemorySegment weights;
  MemorySegment gradients;
  MemorySegment first;
  MemorySegment second;
  private long floats;
  private Operands operands;
  private Team team;
  private Team.Task task;

  /** Fills the arrays and starts the team. */
  @Setup
  public void setUp() {
    floats = Memory.padded(parameters);
    operands = new Operands();
    weights = operands.random(floats, -1, 1);
    gradients = operands.random(floats, -1, 1);
    first = operands.random(floats, -1, 1);
    second = operands.random(floats, -1, 1);
    team = new Team(threads);
    task =
        member ->
            add(Workload.share(floats, member, threads), Workload.share(floats, member + 1, threads));
  }

  /** Ends the team and frees the arrays. */
  @TearDown
  public void tearDown() {
    team.close();
    operands.close();
  }

  /** One pass over the arrays. */
  @Benchmark
  public void memory(Work work) {
    team.run(task);
    work.floats(7.0 * parameters);
  }

  private void add(long from, long to) {
    sweep(
        Window.of(weights, from, to - from), Window.of(gradients, from, to - from),
        Window.of(first, from, to - from), Window.of(second, from, to - from),
        (to - from) * Float.BYTES);
  }

  private static void sweep(
      MemorySegment w, MemorySegment g, MemorySegment m, MemorySegment v, long bytes) {
    for (long i = 0; i < bytes; i += SPECIES.vectorByteSize()) {
      long at = i & Window.MASK;
      FloatVector gradient = FloatVector.fromMemorySegment(SPECIES, g, at, ORDER);
      FloatVector.fromMemorySegment(SPECIES, w, at, ORDER).add(gradient).intoMemorySegment(w, at, ORDER);
      FloatVector.fromMemorySegment(SPECIES, m, at, ORDER).add(gradient).intoMemorySegment(m, at, ORDER);
      FloatVector.fromMemorySegment(SPECIES, v, at, ORDER).add(gradient).intoMemorySegment(v, at, ORDER);
    }
  }
}
