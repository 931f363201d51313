package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.parallel.Team;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Fused multiply-adds a second without memory, at the engine's vector width: what every GFLOP/s is divided by. It
 * has no scalar form.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include PeakArithmetic</pre>
 */
@State(Scope.Benchmark)
public class PeakArithmeticBenchmark {
  private static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(128, Kernels.VECTOR_BITS)));

  static final int STEPS = 100_000;

  /** Chains that run side by side: two units of a latency of four or five, within 16 registers. */
  static final int CHAINS = 12;

  /** Threads that compute at the same time. */
  @Param({"1", "2"})
  public int threads;

  private final float left = 0.999f;
  private final float right = 0.001f;
  private float[] sums = new float[0];
  private Team team;
  private Team.Task task;

  /** Starts the team. */
  @Setup
  public void setUp() {
    sums = new float[threads];
    team = new Team(threads);
    task = member -> sums[member] = chains(STEPS, left, right);
  }

  /** Ends the team. */
  @TearDown
  public void tearDown() {
    team.close();
  }

  /** The chains on every thread. */
  @Benchmark
  public float[] fma(Work work) {
    team.run(task);
    work.product(STEPS, CHAINS, (double) SPECIES.length() * threads);
    return sums;
  }

  /**
   * Independent chains of fused multiply-adds, six from zero, six from a factor; returns the mean of the lanes. The sum is
   * the addend, as in a product: the instruction overwrites its addend, and a constant one would be copied for each.
   */
  static float chains(int steps, float left, float right) {
    FloatVector x = FloatVector.broadcast(SPECIES, left);
    FloatVector y = FloatVector.broadcast(SPECIES, right);
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    FloatVector k = y;
    FloatVector l = y;
    for (int step = 0; step < steps; step++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD) / (CHAINS * SPECIES.length());
  }
}
