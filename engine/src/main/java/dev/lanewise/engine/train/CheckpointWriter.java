package dev.lanewise.engine.train;

import java.io.IOException;

/** Keeps a training, so that it can be continued; {@code io.Checkpoints::save} is one. */
@FunctionalInterface
public interface CheckpointWriter {
  /**
   * Writes down {@link Trainer#position}, the model's parameters and {@link Trainer#optimizerSlots}. Called
   * on the thread that trains, between two steps.
   *
   * @throws IOException if that fails; it ends the training
   */
  void write(Trainer trainer) throws IOException;
}
