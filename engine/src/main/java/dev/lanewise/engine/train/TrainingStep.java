package dev.lanewise.engine.train;

import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.kernel.Update;
import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Execution;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Plan;
import dev.lanewise.engine.optim.OptimizerState;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One batch on a team of threads: forward, loss, backward, update; or forward and loss alone.
 *
 * <p>A batch is cut into shards of {@value #SHARD} samples, a property of the plan and not of the team. A
 * shard is worked off in groups of {@value #GROUP}, whose activations stay in the L2 cache, and sums its
 * gradients in a segment of its own. The update adds the shards in ascending order. So threads may take
 * shards in any order, and their number never shows in the result.
 *
 * <p>Allocates nothing after construction. Used by one thread at a time.
 */
final class TrainingStep {
  /** Samples that share a gradient segment. */
  static final int SHARD = 16;

  /** Most samples in a pass. */
  private static final int GROUP = 8;

  /** Shards that have gradients at the same time; larger batches are summed up wave by wave. */
  private static final int MAX_WAVE = 16;

  /** Shards in a wave of an evaluation, which needs no gradients. */
  private static final int EVALUATION_WAVE = 64;

  private final Model model;
  private final Plan plan;
  private final Team team;
  private final Loss loss;
  private final long seed;
  private final Worker[] workers;
  private final MemorySegment parameters;
  private final long parameterFloats;
  private final MemorySegment packed;
  private final MemorySegment gradients;
  private final int outputs;
  private final int wave;
  private final OptimizerState optimizer;
  private final double[] losses = new double[EVALUATION_WAVE];
  private final int[] right = new int[EVALUATION_WAVE];
  private final AtomicInteger next = new AtomicInteger();
  private final Team.Task packTask = this::pack;
  private final Team.Task passTask = this::pass;
  private final Team.Task sumTask = this::sum;
  private final Team.Task normTask = this::norm;
  private final Team.Task updateTask = this::update;

  // The work of the current region: written before the team starts, read by its members.
  private @Nullable Dataset data;
  private int @Nullable [] order;
  private int first;
  private int samples;
  private int firstShard;
  private int shards;
  private int carried;
  private boolean training;

  private double lossSum;
  private long rightSum;

  /** One member's memory. */
  private record Worker(Execution execution, MemorySegment labels, MemorySegment targets) {}

  /**
   * Bytes that the constructor allocates.
   *
   * @throws ArithmeticException if they cannot be counted
   */
  static long bytes(Model model, Plan plan, int batchSize, int threads) {
    long parameterFloats = model.network().parameterFloats();
    long shared =
        Math.addExact(
            Memory.bytes(plan.packedFloats()), Memory.bytes(Math.multiplyExact(wave(batchSize), parameterFloats)));
    long worker =
        Math.addExact(
            Memory.bytes(plan.workspaceFloats()),
            (long) plan.group() * Integer.BYTES + Memory.bytes((long) plan.group() * plan.outputs()));
    return Math.addExact(shared, Math.multiplyExact(worker, threads));
  }

  /** Samples in a pass: a step computes whole groups, so that they may not be larger than the batches. */
  static int group(int batchSize) {
    return Math.min(GROUP, batchSize);
  }

  private static int wave(int batchSize) {
    return Math.min(MAX_WAVE, Math.ceilDiv(batchSize, SHARD));
  }

  /**
   * Allocates all memory.
   *
   * @param plan the model's, for {@link #group groups} of this batch size and with a backward pass
   * @param batchSize samples in the largest batch
   */
  TrainingStep(
      Model model,
      Plan plan,
      Loss loss,
      OptimizerState optimizer,
      int batchSize,
      long seed,
      Team team,
      Arena arena) {
    this.model = model;
    this.team = team;
    this.loss = loss;
    this.optimizer = optimizer;
    this.seed = seed;
    this.plan = plan;
    parameters = model.parameters();
    parameterFloats = model.network().parameterFloats();
    outputs = model.network().outputShape().size();
    wave = wave(batchSize);
    packed = Memory.allocate(arena, plan.packedFloats());
    gradients = Memory.allocate(arena, wave * parameterFloats);
    workers = new Worker[team.size()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] =
          new Worker(
              new Execution(plan, arena, parameters, packed),
              arena.allocate((long) plan.group() * Integer.BYTES, Memory.ALIGNMENT),
              Memory.allocate(arena, (long) plan.group() * outputs));
    }
  }

  /** Mean loss of the samples of the last call. */
  double loss() {
    return lossSum / samples;
  }

  /** Right predictions among the samples of the last call; 0 without labels. */
  long right() {
    return rightSum;
  }

  /**
   * Trains one batch.
   *
   * @param order the batch's samples are {@code order[first]} and those behind it
   */
  void train(Dataset data, int[] order, int first, int samples) {
    run(data, order, first, samples, true);
    int slots = shards + carried;
    optimizer.begin();
    shards = slots;
    if (optimizer.needsNorm()) {
      start(normTask);
      optimizer.finishNorm();
    }
    synchronized (model) { // nobody copies half of an update
      start(updateTask);
    }
  }

  /** Computes loss and right predictions of the samples {@code first} and those behind it. */
  void evaluate(Dataset data, int first, int samples) {
    run(data, null, first, samples, false);
  }

  private void run(Dataset data, int @Nullable [] order, int first, int samples, boolean training) {
    this.data = data;
    this.order = order;
    this.first = first;
    this.samples = samples;
    this.training = training;
    lossSum = 0;
    rightSum = 0;
    carried = 0;
    start(packTask);
    int total = Math.ceilDiv(samples, SHARD);
    for (firstShard = 0; firstShard < total; firstShard += shards) {
      if (training && firstShard > 0) {
        shards += carried;
        start(sumTask);
        carried = 1;
      }
      shards = Math.min((training ? wave : EVALUATION_WAVE) - carried, total - firstShard);
      start(passTask);
      for (int i = 0; i < shards; i++) {
        lossSum += losses[i];
        rightSum += right[i];
      }
      if (firstShard + shards == total) {
        break;
      }
    }
  }

  private void start(Team.Task task) {
    next.set(0);
    team.run(task);
  }

  private void pack(int member) {
    for (int step = next.getAndIncrement(); step < plan.steps(); step = next.getAndIncrement()) {
      plan.pack(step, parameters, packed);
    }
  }

  private void pass(int member) {
    for (int i = next.getAndIncrement(); i < shards; i = next.getAndIncrement()) {
      shard(workers[member], i);
    }
  }

  private void shard(Worker worker, int i) {
    int from = (firstShard + i) * SHARD;
    int to = Math.min(from + SHARD, samples);
    worker.execution.gradients(gradients, (i + carried) * parameterFloats);
    double sum = 0;
    int hits = 0;
    for (int sample = from; sample < to; sample += plan.group()) {
      int images = Math.min(plan.group(), to - sample);
      worker.execution.images(images);
      worker.execution.accumulate(sample > from);
      worker.execution.position(seed, optimizer.step(), sample);
      load(worker, sample, images);
      plan.forward(worker.execution, training);
      sum += loss(worker, images);
      hits += hits(worker, images);
      if (training) {
        plan.backward(worker.execution);
      }
    }
    losses[i] = sum;
    right[i] = hits;
  }

  private void load(Worker worker, int sample, int images) {
    Dataset source = Objects.requireNonNull(data);
    MemorySegment workspace = worker.execution.workspace();
    for (int image = 0; image < images; image++) {
      int index = first + sample + image;
      int at = order == null ? index : order[index];
      source.copySample(at, workspace, plan.input().at(image));
      if (loss.usesLabels()) {
        worker.labels.set(Memory.INT, (long) image * Integer.BYTES, source.label(at));
      } else {
        source.copyTargets(at, worker.targets, (long) image * outputs);
      }
    }
  }

  private double loss(Worker worker, int images) {
    MemorySegment workspace = worker.execution.workspace();
    return loss.evaluate(
        workspace,
        plan.output().at(0),
        plan.output().pitch(),
        images,
        outputs,
        loss.usesLabels() ? worker.labels : worker.targets,
        0,
        outputs,
        1f / samples,
        training ? workspace : null,
        plan.outputGradient().at(0));
  }

  private int hits(Worker worker, int images) {
    if (!loss.usesLabels()) {
      return 0;
    }
    return Losses.argmaxRight(
        worker.execution.workspace(), plan.output().at(0), plan.output().pitch(), images, outputs,
        worker.labels, 0);
  }

  private void sum(int member) {
    Update.sum(gradients, shards, parameterFloats, share(member), share(member + 1));
  }

  private void norm(int member) {
    for (int block = next.getAndIncrement(); block < optimizer.normBlocks(); block = next.getAndIncrement()) {
      optimizer.norm(gradients, shards, parameterFloats, block);
    }
  }

  private void update(int member) {
    optimizer.apply(
        parameters, gradients, shards, parameterFloats, share(member), share(member + 1));
  }

  /** Where a member's share of the parameters begins: a multiple of a cache line. */
  private long share(int member) {
    long blocks = parameterFloats / Memory.BLOCK;
    return blocks * member / team.size() * Memory.BLOCK;
  }
}
