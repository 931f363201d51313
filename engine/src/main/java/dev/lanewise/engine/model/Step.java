package dev.lanewise.engine.model;

import java.lang.foreign.MemorySegment;

/**
 * One step of a {@link Plan}: operations with every size and place fixed. Immutable, shared by all threads,
 * allocates nothing when run.
 */
abstract class Step {
  /** Lays the step's weights out for its kernels. */
  void pack(MemorySegment parameters, MemorySegment packed) {}

  /** Computes the outputs of {@code e.images} images. */
  abstract void forward(Execution e);

  /** Computes the gradients of parameters and inputs from those of the outputs, which it may overwrite. */
  abstract void backward(Execution e);
}
