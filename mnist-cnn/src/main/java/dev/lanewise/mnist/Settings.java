package dev.lanewise.mnist;

import dev.lanewise.engine.optim.Optimizer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to compare, and how.
 *
 * @param optimizers the rules, in the order of the table
 * @param seeds one run of each rule for each of them
 * @param epochs at least 1
 * @param batchSize at least 1
 * @param defaultRates whether each rule has its own learning rate
 * @param threads at least 1
 * @param limit how many training images to take at the most
 * @param data the directory of the data, or null for the bundled MNIST
 * @param output the directory for the results
 * @param checkpoints what to keep of unfinished runs, or null for nothing
 */
record Settings(
    List<Optimizer> optimizers,
    List<Long> seeds,
    int epochs,
    int batchSize,
    boolean defaultRates,
    int threads,
    int limit,
    @Nullable Path data,
    Path output,
    @Nullable Checkpointing checkpoints) {

  /**
   * How runs are kept.
   *
   * @param folder has a folder for each run
   * @param every steps between two checkpoints, at least 1
   * @param resume whether to continue what is there
   */
  record Checkpointing(Path folder, int every, boolean resume) {}

  static final int EPOCHS = 5;
  static final int BATCH_SIZE = 128;
}
