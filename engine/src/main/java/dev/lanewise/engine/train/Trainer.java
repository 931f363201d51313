package dev.lanewise.engine.train;

import dev.lanewise.engine.event.EpochEvent;
import dev.lanewise.engine.event.Events;
import dev.lanewise.engine.event.TrainingStepEvent;
import dev.lanewise.engine.kernel.Philox;
import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.OptimizerState;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with mini-batches. A batch size of 1 is stochastic, one of the data set's size batch
 * gradient descent; the code is the same. A last, smaller batch is trained too, its gradient divided by its
 * own size.
 *
 * <p>Each epoch visits the samples in an order that depends on the seed and the epoch's number alone. The
 * same seed, data and batch size give the same parameters, to the last bit, for every number of threads.
 *
 * <p>One thread at a time may train or evaluate; {@link #cancel} may be called from any. Until it is closed, a
 * trainer keeps its model open. It owns off-heap memory and threads: close it.
 */
public final class Trainer implements AutoCloseable {
  private final Model model;
  private final Loss loss;
  private final int batchSize;
  private final long seed;
  private final boolean shuffle;
  private final TrainingListener listener;
  private final Team team;
  private final Arena arena = Arena.ofShared();
  private final OptimizerState optimizer;
  private final TrainingStep step;
  private int[] order = new int[0];
  private int epochs;
  private volatile boolean cancelled;
  private boolean closed;
  private boolean running;

  private Trainer(Builder b) {
    model = b.model;
    loss = b.loss;
    batchSize = b.batchSize;
    seed = b.seed;
    shuffle = b.shuffle;
    listener = b.listener;
    model.retain();
    team = new Team(b.threads);
    try {
      optimizer =
          b.optimizer.newState(arena, model.network().parameterFloats(), tensorOffsets(model.network()));
      step = new TrainingStep(model, loss, optimizer, batchSize, seed, team, arena);
    } catch (RuntimeException | Error e) {
      team.close();
      arena.close();
      model.release();
      throw e;
    }
  }

  private static long[] tensorOffsets(Sequential network) {
    return network.parameters().stream().mapToLong(Parameter::offset).toArray();
  }

  /** Begins the settings of a trainer. */
  public static Builder builder(Model model, Optimizer optimizer) {
    return new Builder(model, optimizer);
  }

  /** Settings of a trainer, with their defaults. Not thread-safe. */
  public static final class Builder {
    private final Model model;
    private final Optimizer optimizer;
    private Loss loss = Loss.softmaxCrossEntropy();
    private int batchSize = 128;
    private long seed;
    private boolean shuffle = true;
    private int threads = Runtime.getRuntime().availableProcessors();
    private TrainingListener listener = new TrainingListener() {};

    private Builder(Model model, Optimizer optimizer) {
      this.model = model;
      this.optimizer = optimizer;
    }

    /** The loss; softmax cross-entropy unless set. */
    public Builder loss(Loss loss) {
      this.loss = loss;
      return this;
    }

    /** Samples in a batch, at least 1; 128 unless set. */
    public Builder batchSize(int batchSize) {
      requirePositive("batch size", batchSize);
      this.batchSize = batchSize;
      return this;
    }

    /** Seed of the shuffling and of dropout; 0 unless set. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Whether samples are visited in a new random order each epoch; true unless set. */
    public Builder shuffle(boolean shuffle) {
      this.shuffle = shuffle;
      return this;
    }

    /** Threads, the caller's included, at least 1; all processors unless set. Never shows in the result. */
    public Builder threads(int threads) {
      requirePositive("threads", threads);
      this.threads = threads;
      return this;
    }

    /** Follows the training. */
    public Builder listener(TrainingListener listener) {
      this.listener = listener;
      return this;
    }

    private static void requirePositive(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + " must be at least 1: " + value);
      }
    }

    /**
     * Allocates memory and starts threads.
     *
     * @throws IllegalStateException if the model is closed
     */
    public Trainer build() {
      return new Trainer(this);
    }
  }

  /**
   * Trains for some epochs. A schedule that watches a metric sees the validation loss of each epoch, or the
   * training loss where there is no validation data.
   *
   * @param train samples of the network's input shape
   * @param validation samples to measure after each epoch, or null
   * @param epochs number of epochs, at least 0
   * @return the epochs of this call
   * @throws IllegalArgumentException if the data does not fit the network or the loss
   * @throws TrainingException if the loss is no longer a finite number
   * @throws IllegalStateException if the trainer is closed or in use
   */
  public History fit(Dataset train, @Nullable Dataset validation, int epochs) {
    requireFit(train);
    if (validation != null) {
      requireFit(validation);
    }
    begin();
    try {
      cancelled = false;
      List<EpochResult> results = new ArrayList<>();
      for (int i = 0; i < epochs && !cancelled; i++) {
        EpochResult result = epoch(train, validation);
        if (result != null) {
          results.add(result);
          listener.onEpoch(result);
        }
      }
      return new History(results, cancelled);
    } finally {
      running = false;
    }
  }

  private @Nullable EpochResult epoch(Dataset train, @Nullable Dataset validation) {
    int number = ++epochs;
    EpochEvent event = Events.epoch();
    long start = System.nanoTime();
    shuffle(train.size(), number);
    double lossSum = 0;
    long right = 0;
    for (int first = 0; first < train.size(); first += batchSize) {
      int samples = Math.min(batchSize, train.size() - first);
      trainBatch(train, order, first, samples);
      lossSum += step.loss() * samples;
      right += step.right();
      requireFinite(step.loss(), number);
      listener.onBatch(number, first + samples, train.size(), lossSum / (first + samples));
      if (cancelled) {
        return null;
      }
    }
    double trainSeconds = (System.nanoTime() - start) * 1e-9;
    Evaluation checked = validation == null ? new Evaluation(0, Double.NaN, Double.NaN) : measure(validation);
    optimizer.observe(validation == null ? lossSum / train.size() : checked.loss());
    if (event != null) {
      event.done(number, train.size(), lossSum / train.size(), checked.loss());
    }
    return new EpochResult(
        number,
        lossSum / train.size(),
        loss.usesLabels() ? (double) right / train.size() : Double.NaN,
        checked.loss(),
        checked.accuracy(),
        (System.nanoTime() - start) * 1e-9,
        train.size() / trainSeconds);
  }

  /** One update; what the test of allocations measures. */
  void trainBatch(Dataset data, int[] order, int first, int samples) {
    TrainingStepEvent event = Events.trainingStep();
    step.train(data, order, first, samples);
    if (event != null) {
      event.done(optimizer.step(), samples, step.loss());
    }
  }

  private void requireFinite(double loss, int epoch) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          "the loss is %s in step %d (epoch %d) at a learning rate of %s; try a smaller one"
              .formatted(loss, optimizer.step(), epoch, optimizer.learningRate()));
    }
  }

  /** Fisher-Yates from the identity, keyed by seed and epoch: no epoch depends on the one before. */
  private void shuffle(int size, int epoch) {
    if (order.length != size) {
      order = new int[size];
    }
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; shuffle && i > 0; i--) {
      long bits = Philox.bits(seed, Philox.SHUFFLE, ((long) epoch << 32) + i);
      int j = (int) Math.unsignedMultiplyHigh(bits, i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /**
   * Measures the model on a data set, without dropout.
   *
   * @throws IllegalArgumentException if the data does not fit the network or the loss
   * @throws IllegalStateException if the trainer is closed or in use
   */
  public Evaluation evaluate(Dataset data) {
    requireFit(data);
    begin();
    try {
      return measure(data);
    } finally {
      running = false;
    }
  }

  private Evaluation measure(Dataset data) {
    step.evaluate(data, 0, data.size());
    return new Evaluation(
        data.size(), step.loss(), loss.usesLabels() ? (double) step.right() / data.size() : Double.NaN);
  }

  /** Ends a running {@link #fit} after its current batch. May be called from any thread. */
  public void cancel() {
    cancelled = true;
  }

  /** Updates made so far. */
  public long steps() {
    return optimizer.step();
  }

  /** Learning rate of the last update; that of the first one before it. */
  public double learningRate() {
    return optimizer.learningRate();
  }

  private void requireFit(Dataset data) {
    if (!data.shape().equals(model.network().inputShape())) {
      throw new IllegalArgumentException(
          "samples of " + data.shape() + " do not fit a network for " + model.network().inputShape());
    }
    int outputs = model.network().outputShape().size();
    if (loss.usesLabels() ? data.classes() == 0 : data.outputs() != outputs) {
      throw new IllegalArgumentException(
          loss.usesLabels()
              ? "this loss needs labels"
              : "this loss needs %d targets a sample, not %d".formatted(outputs, data.outputs()));
    }
    if (loss.usesLabels() && data.classes() > outputs) {
      throw new IllegalArgumentException(
          "labels up to %d do not fit %d outputs".formatted(data.classes() - 1, outputs));
    }
  }

  private synchronized void begin() {
    if (closed) {
      throw new IllegalStateException("the trainer is closed");
    }
    if (running) {
      throw new IllegalStateException("the trainer is in use by another thread");
    }
    running = true;
  }

  /**
   * Frees memory and threads. Closing twice does nothing.
   *
   * @throws IllegalStateException if a training or evaluation is running; cancel it first
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (running) {
      throw new IllegalStateException("the trainer is running; cancel it and wait for it first");
    }
    closed = true;
    team.close();
    arena.close();
    model.release();
  }
}
