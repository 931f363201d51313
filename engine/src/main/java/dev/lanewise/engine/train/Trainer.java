package dev.lanewise.engine.train;

import dev.lanewise.engine.event.EpochEvent;
import dev.lanewise.engine.event.Events;
import dev.lanewise.engine.event.TrainingStepEvent;
import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.PlannedArena;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import dev.lanewise.engine.model.Plan;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.OptimizerState;
import dev.lanewise.engine.parallel.Team;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model with mini-batches. A batch size of 1 is stochastic, one of the data set's size batch
 * gradient descent; the code is the same. A last, smaller batch is trained too, its gradient divided by its
 * own size.
 *
 * <p>Each epoch visits the samples in an order that depends on the seed and the epoch's number alone. The
 * same seed, data and batch size give the same parameters, to the last bit, for every number of threads.
 *
 * <p>A training can be stopped at any step and continued by another trainer, in another process too, to the
 * same bits: {@link TrainerBuilder#checkpoints} writes down where it is, {@link #resume} goes on from there.
 *
 * <p>One thread at a time may train or evaluate; {@link #cancel} may be called from any. Until it is closed, a
 * trainer keeps its model open. It owns off-heap memory and threads: close it.
 */
public final class Trainer implements AutoCloseable {
  private final Model model;
  private final Loss loss;
  private final Optimizer rule;
  private final int batchSize;
  private final Map<String, String> settings;
  private final TrainingListener listener;
  private final @Nullable CheckpointWriter writer;
  private final int checkpointSteps;
  private final PlannedArena arena;
  private final Team team;
  private final OptimizerState optimizer;
  private final TrainingStep step;
  private final GoodParameters good;
  private final SampleOrder order;
  private volatile boolean cancelled;
  private boolean closed;
  private boolean running;

  // Where the training is. Between two steps this, the parameters and the optimizer's state say it all.
  private int epochs;
  private int samplesDone;
  private double lossSum;
  private long right;
  private double seconds;
  private List<EpochResult> history = new ArrayList<>();
  private @Nullable TrainingPosition resumed;
  private @Nullable Dataset train;
  private @Nullable Dataset validation;
  private @Nullable Map<String, String> fitSettings;

  Trainer(TrainerBuilder b) {
    model = b.model;
    loss = b.loss;
    rule = b.optimizer;
    batchSize = b.batchSize;
    settings = b.settings();
    listener = b.listener;
    writer = b.writer;
    checkpointSteps = b.checkpointSteps;
    order = new SampleOrder(b.seed, b.shuffle);
    model.retain();
    try {
      Plan plan = b.plan();
      arena = new PlannedArena(b.memoryBytes(plan));
      try {
        team = new Team(b.threads);
        try {
          optimizer = rule.newState(arena, model.network().parameterFloats(), tensorOffsets(model.network()));
          step = new TrainingStep(model, plan, loss, optimizer, batchSize, b.seed, team, arena);
          good = new GoodParameters(model, arena);
        } catch (RuntimeException | Error e) {
          team.close();
          throw e;
        }
      } catch (RuntimeException | Error e) {
        arena.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      model.release();
      throw e;
    }
  }

  private static long[] tensorOffsets(Sequential network) {
    return network.parameters().stream().mapToLong(Parameter::offset).toArray();
  }

  /** Begins the settings of a trainer. */
  public static TrainerBuilder builder(Model model, Optimizer optimizer) {
    return new TrainerBuilder(model, optimizer);
  }

  /**
   * Trains for some epochs. A schedule that watches a metric sees the validation loss of each epoch, or the
   * training loss where there is no validation data.
   *
   * @param train samples of the network's input shape
   * @param validation samples to measure after each epoch, or null
   * @param epochs number of epochs, at least 0; those before a {@link #resume} count
   * @return the epochs of this call, those before a {@link #resume} included
   * @throws IllegalArgumentException if the data does not fit the network or the loss
   * @throws TrainingException if a loss or a parameter is no longer a finite number; the model has its last
   *     good parameters then
   * @throws ResumeException if a resumed training had other data or has finished more epochs; nothing was
   *     trained
   * @throws UncheckedIOException if a checkpoint cannot be written
   * @throws IllegalStateException if the trainer is closed or in use, or with the cause if a thread failed
   */
  public History fit(Dataset train, @Nullable Dataset validation, int epochs) {
    requireFit(train);
    if (validation != null) {
      requireFit(validation);
    }
    begin();
    try {
      cancelled = false;
      start(train, validation, epochs);
      while (history.size() < epochs && !cancelled) {
        EpochResult result = epoch(train, validation);
        if (result != null) {
          listener.onEpoch(result);
        }
        checkpoint();
      }
      return new History(history, cancelled);
    } finally {
      running = false;
    }
  }

  /** Begins anew, or behind what was resumed. */
  private void start(Dataset train, @Nullable Dataset validation, int asked) {
    this.train = train;
    this.validation = validation;
    fitSettings = null;
    TrainingPosition from = resumed;
    if (from == null) {
      nextEpoch();
      history = new ArrayList<>();
      good.keep(steps() == 0 ? "with which it began" : "with which it went on after step " + steps());
      return;
    }
    from.requireSame(currentSettings());
    if (from.history().size() > asked) {
      throw new ResumeException(
          "%d epochs are finished already, more than %d".formatted(from.history().size(), asked));
    }
    if (from.samplesDone() > train.size()) {
      throw new ResumeException(
          "%d samples of an epoch are done, but there are %d".formatted(from.samplesDone(), train.size()));
    }
    epochs = from.epoch() - 1;
    samplesDone = from.samplesDone();
    lossSum = from.lossSum();
    right = from.right();
    seconds = from.seconds();
    history = new ArrayList<>(from.history());
    resumed = null;
    good.keep("with which it was resumed after step " + steps());
  }

  private void nextEpoch() {
    samplesDone = 0;
    lossSum = 0;
    right = 0;
    seconds = 0;
  }

  private @Nullable EpochResult epoch(Dataset train, @Nullable Dataset validation) {
    int number = ++epochs;
    int[] samples = order.of(train.size(), number);
    EpochEvent event = Events.epoch();
    long start = System.nanoTime();
    double before = seconds;
    while (samplesDone < train.size()) {
      int count = Math.min(batchSize, train.size() - samplesDone);
      trainBatch(train, samples, samplesDone, count);
      samplesDone += count;
      lossSum += step.loss() * count;
      right += step.right();
      seconds = before + (System.nanoTime() - start) * 1e-9;
      if (!Double.isFinite(step.loss())) {
        throw diverged("the loss is " + step.loss());
      }
      listener.onBatch(number, samplesDone, train.size(), lossSum / samplesDone);
      if (cancelled) {
        return null;
      }
      if (writer != null && steps() % checkpointSteps == 0 && samplesDone < train.size()) {
        checkpoint();
      }
    }
    double trainSeconds = seconds;
    Evaluation checked = validation == null ? new Evaluation(0, Double.NaN, Double.NaN) : measure(validation);
    if (validation != null && !Double.isFinite(checked.loss())) {
      throw diverged("the validation loss is " + checked.loss());
    }
    requireFiniteParameters();
    good.keep("of the end of epoch " + number);
    optimizer.observe(validation == null ? lossSum / train.size() : checked.loss());
    if (event != null) {
      event.done(number, train.size(), lossSum / train.size(), checked.loss());
    }
    EpochResult result =
        new EpochResult(
            number,
            lossSum / train.size(),
            loss.usesLabels() ? (double) right / train.size() : Double.NaN,
            checked.loss(),
            checked.accuracy(),
            before + (System.nanoTime() - start) * 1e-9,
            train.size() / trainSeconds);
    history.add(result);
    nextEpoch();
    return result;
  }

  /** One update; what the test of allocations measures. */
  void trainBatch(Dataset data, int[] order, int first, int samples) {
    TrainingStepEvent event = Events.trainingStep();
    step.train(data, order, first, samples);
    if (event != null) {
      event.done(optimizer.step(), samples, step.loss());
    }
  }

  private TrainingException diverged(String what) {
    return new TrainingException(
        ("%s in step %d (epoch %d) with %s at a learning rate of %s; try a smaller rate. The model has the"
                + " parameters %s")
            .formatted(what, steps(), epochs, rule.name(), learningRate(), good.restore()));
  }

  private void requireFiniteParameters() {
    if (!good.finite()) {
      throw diverged("a parameter is no longer a finite number");
    }
  }

  private void checkpoint() {
    if (writer != null) {
      requireFiniteParameters();
      try {
        writer.write(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Where the last call of {@link #fit} is or ended, for checkpoints. For the thread that trains, from a
   * listener or when {@code fit} has returned, while the data is open.
   *
   * @throws IllegalStateException if nothing was trained
   */
  public TrainingPosition position() {
    return new TrainingPosition(
        currentSettings(),
        steps(),
        Arrays.stream(optimizer.scheduleState()).boxed().toList(),
        samplesDone == 0 ? epochs + 1 : epochs,
        samplesDone,
        lossSum,
        right,
        seconds,
        history);
  }

  /** The trainer's own settings and the data's, which takes a pass over it. */
  private Map<String, String> currentSettings() {
    if (fitSettings == null) {
      if (train == null) {
        throw new IllegalStateException("nothing was trained yet");
      }
      fitSettings = new LinkedHashMap<>(settings);
      fitSettings.put("training data", train.fingerprint());
      fitSettings.put("validation data", validation == null ? "none" : validation.fingerprint());
    }
    return fitSettings;
  }

  /**
   * Finds out whether this trainer can continue another training, without changing anything.
   *
   * @throws ResumeException if a setting differs; {@link #fit} compares the data
   */
  public void requireSameSettings(TrainingPosition position) {
    position.requireSame(settings);
  }

  /**
   * Continues an earlier training, of this or another trainer: the next {@link #fit} goes on with its epoch
   * at the next batch. The caller has put back the model's parameters and the {@link #optimizerSlots}.
   *
   * @throws ResumeException if a setting differs; nothing was changed
   * @throws IllegalArgumentException if the schedule's state is not one
   * @throws IllegalStateException if the trainer is closed or in use
   */
  public void resume(TrainingPosition position) {
    requireSameSettings(position);
    begin();
    try {
      optimizer.restore(
          position.steps(), position.schedule().stream().mapToDouble(Double::doubleValue).toArray());
      resumed = position;
    } finally {
      running = false;
    }
  }

  /** Bytes off the heap that the trainer has taken, besides the model's own. */
  public long memoryBytes() {
    return arena.used();
  }

  /** The model that is trained. */
  public Model model() {
    return model;
  }

  /**
   * The optimizer's state, for checkpoints: slot s of parameter i is element {@code s * floats + i}, where
   * floats is the length of the model's flat parameter segment.
   *
   * @return the segment itself, empty for a rule without state; freed with the trainer
   */
  public MemorySegment optimizerSlots() {
    return optimizer.slots();
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

  /**
   * Mean loss of the last batch, measured before its update. For the thread that trains, from a listener.
   *
   * @return NaN before the first batch
   */
  public double batchLoss() {
    return step.loss();
  }

  /**
   * Share of right predictions among the samples of the running epoch that were trained so far. For the
   * thread that trains, from a listener's {@link TrainingListener#onBatch}.
   *
   * @return 0 to 1; NaN without labels
   */
  public double epochAccuracy() {
    return loss.usesLabels() && samplesDone > 0 ? (double) right / samplesDone : Double.NaN;
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
