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

  private final float factor = 0.999f;
  private final float summand = 0.001f;
  private float[] sums = new float[0];
  private Team team;
  private Team.Task task;

  /** Starts the team. */
  @Setup
  public void setUp() {
    sums = new float[threads];
    team = new Team(threads);
    task = member -> sums[member] = chains(STEPS, factor, summand);
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
   * Independent chains of fused multiply-adds; returns the mean of the lanes. Four steps in a round: with one, a round took a
   * seventh longer than its 12 of 256 bit need.
   *
   * @param steps a multiple of 4
   */
  static float chains(int steps, float factor, float summand) {
    FloatVector x = FloatVector.broadcast(SPECIES, factor);
    FloatVector y = FloatVector.broadcast(SPECIES, summand);
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
    for (int step = 0; step < steps; step += 4) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD) / (CHAINS * SPECIES.length());
  }
}
