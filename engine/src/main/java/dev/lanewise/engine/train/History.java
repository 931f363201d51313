package dev.lanewise.engine.train;

import java.util.List;

/**
 * The epochs of a training.
 *
 * @param epochs finished epochs, first to last
 * @param cancelled whether {@link Trainer#cancel} ended it early
 */
public record History(List<EpochResult> epochs, boolean cancelled) {
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * The last finished epoch.
   *
   * @throws java.util.NoSuchElementException if none was finished
   */
  public EpochResult last() {
    return epochs.getLast();
  }
}
