package dev.lanewise.mnist.training;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.Schedule;
import dev.lanewise.mnist.text.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to compare, and how.
 *
 * @param optimizers the rules, in the order of the table
 * @param seeds one run of each rule for each of them
 * @param epochs at least 1
 * @param batchSize at least 1; {@link #FULL_BATCH} for all images
 * @param defaultRates whether each rule has its own learning rate
 * @param schedule the course of the learning rate
 * @param threads at least 1
 * @param limit how many training images to take at the most
 * @param data the directory of the data, or null for the bundled MNIST
 * @param output the directory for the results
 * @param checkpoints what to keep of unfinished runs, or null for nothing
 * @param metrics where figures go while the runs go on
 */
public record Settings(
    List<Optimizer> optimizers,
    List<Long> seeds,
    int epochs,
    int batchSize,
    boolean defaultRates,
    ScheduleSpec schedule,
    int threads,
    int limit,
    @Nullable Path data,
    Path output,
    @Nullable Checkpointing checkpoints,
    Metrics metrics) {

  /**
   * How runs are kept.
   *
   * @param folder has a folder for each run
   * @param every steps between two checkpoints, at least 1
   * @param resume whether to continue what is there
   */
  public record Checkpointing(Path folder, int every, boolean resume) {}

  /**
   * Where figures go while the runs go on.
   *
   * @param tensorBoard has a folder of event files for each run; null for none
   * @param jsonLines a file, or {@code -} for the standard output; null for none
   */
  public record Metrics(@Nullable Path tensorBoard, @Nullable String jsonLines) {
    static final Metrics NONE = new Metrics(null, null);
  }

  public static final int EPOCHS = 5;
  public static final int BATCH_SIZE = 128;

  /** No data set has more images, so that all of them are one batch: batch gradient descent. */
  public static final int FULL_BATCH = Integer.MAX_VALUE;

  /** The images of a batch where there are so many to train on. */
  public int batchOf(int images) {
    return Math.min(batchSize, images);
  }

  /**
   * The rules with the schedule for a number of images.
   *
   * @throws UsageException if the schedule does not fit so few steps
   */
  public List<Optimizer> scheduled(int images) {
    Schedule course = schedule.schedule(Math.ceilDiv(images, batchOf(images)), epochs);
    return optimizers.stream().map(rule -> rule.withSchedule(course)).toList();
  }
}
