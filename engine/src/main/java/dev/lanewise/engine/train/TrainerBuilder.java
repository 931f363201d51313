package dev.lanewise.engine.train;

import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.MachineMemory;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.MemoryLimitException;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Plan;
import dev.lanewise.engine.optim.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link Trainer}, with their defaults. Not thread-safe. */
public final class TrainerBuilder {
  final Model model;
  final Optimizer optimizer;
  Loss loss = Loss.softmaxCrossEntropy();
  int batchSize = 128;
  long seed;
  boolean shuffle = true;
  int threads = Runtime.getRuntime().availableProcessors();
  long memoryLimit = Long.MAX_VALUE;
  TrainingListener listener = new TrainingListener() {};
  @Nullable CheckpointWriter writer;
  int checkpointSteps;

  TrainerBuilder(Model model, Optimizer optimizer) {
    this.model = model;
    this.optimizer = optimizer;
  }

  /** The loss; softmax cross-entropy unless set. */
  public TrainerBuilder loss(Loss loss) {
    this.loss = loss;
    return this;
  }

  /** Samples in a batch, at least 1; 128 unless set. */
  public TrainerBuilder batchSize(int batchSize) {
    requirePositive("batch size", batchSize);
    this.batchSize = batchSize;
    return this;
  }

  /** Seed of the shuffling and of dropout; 0 unless set. */
  public TrainerBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Whether samples are visited in a new random order each epoch; true unless set. */
  public TrainerBuilder shuffle(boolean shuffle) {
    this.shuffle = shuffle;
    return this;
  }

  /** Threads, the caller's included, at least 1; all processors unless set. Never shows in the result. */
  public TrainerBuilder threads(int threads) {
    requirePositive("threads", threads);
    this.threads = threads;
    return this;
  }

  /** Follows the training. */
  public TrainerBuilder listener(TrainingListener listener) {
    this.listener = listener;
    return this;
  }

  /**
   * Writes checkpoints: after so many steps each, at the end of each epoch, and when the training is
   * cancelled. None unless set.
   *
   * @param writer writes one down
   * @param steps at least 1
   */
  public TrainerBuilder checkpoints(CheckpointWriter writer, int steps) {
    requirePositive("steps between checkpoints", steps);
    this.writer = writer;
    checkpointSteps = steps;
    return this;
  }

  /** Most bytes off the heap; no more than the machine, or the container, has in any case. */
  public TrainerBuilder memoryLimit(long bytes) {
    memoryLimit = bytes;
    return this;
  }

  /**
   * The bytes off the heap that the trainer will take, besides the model's own.
   *
   * @throws MemoryLimitException if they cannot be counted
   */
  public long memoryBytes() {
    return count(plan());
  }

  Plan plan() {
    try {
      return new Plan(model.network(), TrainingStep.group(batchSize), true);
    } catch (ArithmeticException e) {
      throw MemoryLimitException.uncountable("the trainer", e);
    }
  }

  private long count(Plan plan) {
    long floats = model.network().parameterFloats();
    try {
      return Math.addExact(
          Math.addExact(optimizer.stateBytes(floats), Memory.bytes(floats)),
          TrainingStep.bytes(model, plan, batchSize, threads));
    } catch (ArithmeticException e) {
      throw MemoryLimitException.uncountable("the trainer", e);
    }
  }

  long memoryBytes(Plan plan) {
    long bytes = count(plan);
    MemoryLimitException.check("the trainer", bytes, memoryLimit);
    MachineMemory.check("the trainer", bytes);
    return bytes;
  }

  Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("network", model.network().describe());
    all.put("optimizer", optimizer.toString());
    // A lambda's text has its address, which is another one in each process.
    all.put("schedule", optimizer.schedule().toString().replaceAll("\\$\\$Lambda[^,\\]]*", " function"));
    all.put("clipping", optimizer.clipping().toString());
    all.put("loss", loss.toString());
    all.put("batch size", Integer.toString(batchSize));
    all.put("seed", Long.toString(seed));
    all.put("shuffling", Boolean.toString(shuffle));
    return all;
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1: " + value);
    }
  }

  /**
   * Allocates memory, starts threads, and waits until the kernels of this network are compiled: a second or two for the first
   * network of a process, less or nothing for later ones.
   *
   * @throws MemoryLimitException if it takes more memory than the limit allows or the machine has; none
   *     was taken then
   * @throws IllegalStateException if the model is closed
   */
  public Trainer build() {
    return new Trainer(this);
  }
}
