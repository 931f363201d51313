package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What one thread needs to run a {@link Plan}: its workspace, the operands that it shares with others, and
 * the position in the batch. Made once, changed for every group of images, used by one thread at a time.
 */
public final class Execution {
  final MemorySegment workspace;
  MemorySegment parameters;
  MemorySegment packed;
  MemorySegment gradients = MemorySegment.NULL;
  long gradientOffset;
  int images;
  boolean accumulate;
  boolean training;
  long seed;
  long step;
  long firstSample;

  /**
   * Allocates the workspace.
   *
   * @param arena owner of the memory; may be closed only when no thread runs the plan
   * @param parameters the model's parameters
   * @param packed memory of {@link Plan#packedFloats} that {@link Plan#pack} filled
   */
  public Execution(Plan plan, Arena arena, MemorySegment parameters, MemorySegment packed) {
    workspace = Memory.allocate(arena, plan.workspaceFloats());
    this.parameters = parameters;
    this.packed = packed;
  }

  /** The workspace, in which {@link Plan#input} and {@link Plan#output} lie. */
  public MemorySegment workspace() {
    return workspace;
  }

  /**
   * Chooses the parameters of the next pass.
   *
   * @param parameters the model's parameters
   * @param packed memory of {@link Plan#packedFloats} that {@link Plan#pack} filled from them
   */
  public void weights(MemorySegment parameters, MemorySegment packed) {
    this.parameters = parameters;
    this.packed = packed;
  }

  /** Chooses the number of images of the next pass, 1 to {@link Plan#group}. */
  public void images(int images) {
    this.images = images;
  }

  /**
   * Chooses where gradients go.
   *
   * @param offset first float of the shard's gradients, laid out like the parameters
   */
  public void gradients(MemorySegment gradients, long offset) {
    this.gradients = gradients;
    gradientOffset = offset;
  }

  /** Whether the next backward pass continues the sums of the one before, or starts them anew. */
  public void accumulate(boolean accumulate) {
    this.accumulate = accumulate;
  }

  /**
   * Keys the random numbers of dropout.
   *
   * @param step number of the training step
   * @param firstSample place in the batch of the group's first image
   */
  public void position(long seed, long step, long firstSample) {
    this.seed = seed;
    this.step = step;
    this.firstSample = firstSample;
  }
}
