package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an optimizer carries from step to step: its slots, the step count, and where its schedule
 * is. A step is
 *
 * <pre>{@code
 * state.begin();
 * if (state.needsNorm()) {
 *   for (int block = 0; block < state.normBlocks(); block++) { // any order, any thread
 *     state.norm(gradients, shards, pitch, block);
 *   }
 *   state.finishNorm();
 * }
 * state.apply(parameters, gradients, shards, pitch, 0, state.floats()); // or range by range
 * }</pre>
 *
 * <p>One thread begins a step, finishes norms, observes and restores. {@link #norm} and {@link
 * #apply} may run on several threads at a time, on different blocks and disjoint ranges, if the
 * caller puts a barrier between one phase and the next. How ranges are cut and who works on them
 * does not change a bit of the result. None of the methods of a step allocates.
 */
public final class OptimizerState {
  /** Floats of gradient whose squares are added in one go; part of the numbers, hence fixed. */
  private static final int NORM_BLOCK = 4096;

  private static final int FACTORS = 8;

  private final Optimizer optimizer;
  private final long floats;
  private final MemorySegment slots;
  private final @Nullable ReduceOnPlateau plateau;
  private final ReduceOnPlateau.Progress progress;

  /** What shares a norm: each tensor, or everything as one. */
  private final long[] groupFrom;

  private final float[] groupScale;
  private final int[] groupBlocks; // number of blocks up to the group's end
  private final long[] blockFrom;
  private final float[] blockSquares;

  private final float limit;
  private final float l2;
  private float decay;

  /** Factors of the rule's kernel; each rule knows which is which. */
  final float[] factors = new float[FACTORS];

  /** A number that a rule carries from step to step. */
  double carried;

  private long step;
  private double rate;
  private double norm;
  private boolean ready;

  OptimizerState(Optimizer optimizer, Arena arena, long length, long[] tensorOffsets) {
    this.optimizer = optimizer;
    this.floats = Optimizer.checkedLength(length);
    Clipping clipping = optimizer.clipping();
    this.groupFrom = groups(clipping.kind(), tensorOffsets, floats);
    this.groupScale = new float[groupFrom.length];
    Arrays.fill(groupScale, 1f);
    this.groupBlocks = new int[groupFrom.length];
    this.blockFrom = clipping.needsNorm() ? blocks() : new long[0];
    this.blockSquares = new float[blockFrom.length];
    this.limit =
        clipping.kind() == Clipping.Kind.VALUE ? (float) clipping.limit() : Float.POSITIVE_INFINITY;
    this.l2 = (float) optimizer.l2();
    this.plateau = ReduceOnPlateau.within(optimizer.schedule());
    this.progress = new ReduceOnPlateau.Progress(optimizer.learningRate(), plateau);
    this.slots = Memory.allocate(arena, Math.multiplyExact(optimizer.slots(), floats));
    if (optimizer.firstValue() != 0) {
      for (long i = 0; i < optimizer.slots() * floats; i++) {
        Memory.set(slots, i, optimizer.firstValue());
      }
    }
    optimizer.resume(0, this);
    rate = scheduled(0);
  }

  private static long[] groups(Clipping.Kind kind, long[] offsets, long floats) {
    for (int i = 0; i < offsets.length; i++) {
      boolean ascending = i == 0 ? offsets[0] == 0 : offsets[i] > offsets[i - 1];
      if (!ascending || offsets[i] >= floats || offsets[i] % Memory.BLOCK != 0) {
        throw new IllegalArgumentException(
            "tensors must begin at ascending multiples of 16 from 0 to less than "
                + floats
                + ", not at "
                + Arrays.toString(offsets));
      }
    }
    if (kind != Clipping.Kind.NORM) {
      return new long[1];
    }
    if (offsets.length == 0) {
      throw new IllegalArgumentException("clipping by norm needs the offsets of the tensors");
    }
    return offsets.clone();
  }

  /** Cuts each group into blocks, the last of which may be shorter. */
  private long[] blocks() {
    int count = 0;
    for (int group = 0; group < groupFrom.length; group++) {
      long length = groupEnd(group) - groupFrom[group];
      count = Math.addExact(count, Math.toIntExact((length + NORM_BLOCK - 1) / NORM_BLOCK));
      groupBlocks[group] = count;
    }
    long[] starts = new long[count];
    int block = 0;
    for (int group = 0; group < groupFrom.length; group++) {
      for (long from = groupFrom[group]; from < groupEnd(group); from += NORM_BLOCK) {
        starts[block++] = from;
      }
    }
    return starts;
  }

  private long groupEnd(int group) {
    return group + 1 < groupFrom.length ? groupFrom[group + 1] : floats;
  }

  /**
   * Begins the next step: counts it, and computes its learning rate and factors.
   *
   * @throws IllegalStateException if the schedule's rate is negative or not finite
   */
  public void begin() {
    double next = scheduled(step);
    if (!(next >= 0 && next <= Float.MAX_VALUE)) {
      throw new IllegalStateException(
          "the schedule " + optimizer.schedule() + " gives a rate of " + next + " at step " + step);
    }
    step++;
    rate = next;
    decay = (float) (0 - rate * optimizer.weightDecay()); // 0 - 0 is +0, which keeps -0 parameters
    optimizer.prepare(rate, step, this);
    ready = !needsNorm();
  }

  private double scheduled(long stepsDone) {
    return optimizer.schedule().rate(progress.base, stepsDone);
  }

  /**
   * Whether {@link #norm} and {@link #finishNorm} belong to a step.
   *
   * @return true for clipping by norm and by global norm
   */
  public boolean needsNorm() {
    return optimizer.clipping().needsNorm();
  }

  /**
   * The number of blocks that {@link #norm} is to be called for.
   *
   * @return 0 if no norm is needed
   */
  public int normBlocks() {
    return blockFrom.length;
  }

  /**
   * Adds the squares of the gradients of one block.
   *
   * @param gradients the gradient segment, first shard at 0
   * @param shards the number of shards, at least 1
   * @param shardPitch floats from one shard to the next
   * @param block from 0 to {@code normBlocks() - 1}
   * @throws IndexOutOfBoundsException if there is no such block, or the gradients are too short
   */
  public void norm(MemorySegment gradients, int shards, long shardPitch, int block) {
    long from = blockFrom[block];
    long next = block + 1 < blockFrom.length ? blockFrom[block + 1] : floats;
    blockSquares[block] = Update.sumOfSquares(gradients, shards, shardPitch, from, next);
  }

  /** Adds the blocks in ascending order, in double, and computes the step's scale of gradients. */
  public void finishNorm() {
    double all = 0;
    int block = 0;
    for (int group = 0; group < groupFrom.length; group++) {
      double squares = 0;
      for (; block < groupBlocks[group]; block++) {
        squares += blockSquares[block];
      }
      groupScale[group] = optimizer.clipping().scale(Math.sqrt(squares));
      all += squares;
    }
    norm = Math.sqrt(all);
    ready = true;
  }

  /**
   * Updates a range of the parameters and of the slots in one pass.
   *
   * @param parameters the parameter segment, updated in place
   * @param gradients the gradient segment, first shard at 0; only read
   * @param shards the number of shards, at least 1; they are added in ascending order
   * @param shardPitch floats from one shard to the next
   * @param from first element, a multiple of 16
   * @param to end of the range, a multiple of 16
   * @throws IllegalStateException if no step was begun, the norm is not finished, or memory was
   *     freed
   * @throws IndexOutOfBoundsException if a segment or the state is shorter than the range
   * @throws IllegalArgumentException if the range is not one of whole blocks of 16, or if there is
   *     no shard
   */
  public void apply(
      MemorySegment parameters,
      MemorySegment gradients,
      int shards,
      long shardPitch,
      long from,
      long to) {
    if (!ready) {
      throw new IllegalStateException("a step begins with begin() and, if needed, the norm");
    }
    if (from < 0 || to > floats) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + floats + " floats");
    }
    for (int group = 0; group < groupFrom.length; group++) {
      long first = Math.max(from, groupFrom[group]);
      long end = Math.min(to, groupEnd(group));
      if (first < end) {
        optimizer.update(
            this, parameters, gradients, shards, shardPitch, first, end, groupScale[group]);
      }
    }
  }

  /**
   * Tells the schedule how an epoch went, by the loss or the metric that it watches. Does nothing
   * unless the schedule is {@link ReduceOnPlateau}.
   *
   * @param metric the value at the epoch's end; NaN counts as no progress
   * @return whether the learning rate was reduced
   */
  public boolean observe(double metric) {
    return plateau != null && plateau.observe(metric, progress);
  }

  /**
   * The number of steps begun.
   *
   * @return 0 before the first
   */
  public long step() {
    return step;
  }

  /**
   * The learning rate of the last step, or of the first one before it.
   *
   * @return a number, 0 or more
   */
  public double learningRate() {
    return rate;
  }

  /**
   * The Euclidean norm of all gradients in the last step, before clipping.
   *
   * @return the norm; 0 if no norm is needed
   */
  public double gradientNorm() {
    return norm;
  }

  /**
   * The number of parameters, with padding.
   *
   * @return a multiple of 16
   */
  public long floats() {
    return floats;
  }

  /**
   * The rule's state, for checkpoints: slot s of parameter i is element {@code s * floats() + i}.
   *
   * @return the segment itself, empty for a rule without state
   */
  public MemorySegment slots() {
    return slots;
  }

  /**
   * What {@link #observe} has left behind, for checkpoints.
   *
   * @return a new array for {@link #restore}
   */
  public double[] scheduleState() {
    return progress.toArray();
  }

  /**
   * Continues after a step of an earlier training. The caller fills {@link #slots()}.
   *
   * @param stepsDone the value of {@link #step()} then
   * @param scheduleState the value of {@link #scheduleState()} then
   * @throws IllegalArgumentException if the count is negative or the array has another length
   */
  public void restore(long stepsDone, double[] scheduleState) {
    if (stepsDone < 0) {
      throw new IllegalArgumentException("no number of steps: " + stepsDone);
    }
    progress.set(scheduleState);
    step = stepsDone;
    ready = false;
    optimizer.resume(stepsDone, this);
    rate = scheduled(Math.max(0, stepsDone - 1));
  }

  float limit() {
    return limit;
  }

  float l2() {
    return l2;
  }

  float decay() {
    return decay;
  }
}
