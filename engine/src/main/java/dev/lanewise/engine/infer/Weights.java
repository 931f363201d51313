package dev.lanewise.engine.infer;

import dev.lanewise.engine.event.Events;
import dev.lanewise.engine.event.PublicationEvent;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Execution;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Plan;
import dev.lanewise.engine.model.Sequential;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters that predictors share: a copy of a model's, laid out for the kernels once. {@link #publish}
 * puts those of a model that went on learning, or of another model of the same network, in their place as a
 * whole. A prediction uses the old or the new ones, never a mixture, and never waits.
 *
 * <p>Thread-safe. A predictor announces the version that it is about to use before it relies on it; a publication
 * writes over memory only that is neither current nor announced (hazard pointers). So the memory of old versions
 * is used again, not freed: there are as many copies as versions were in use at the same time, usually two, at
 * most two more than predictors. The work spaces of closed predictors are used again, too. All memory is freed when
 * this is closed; it does not need its model any more.
 */
public final class Weights implements AutoCloseable {
  /** One version of the parameters. Its numbers do not change while it is current or announced. */
  static final class Version {
    final MemorySegment parameters;
    final MemorySegment packed;
    long number;

    Version(MemorySegment parameters, MemorySegment packed) {
      this.parameters = parameters;
      this.packed = packed;
    }
  }

  /** What a predictor works with; belongs to one at a time. */
  record Workspace(Plan plan, Execution execution) {}

  private final Sequential network;
  private final Plan single;
  private final Arena arena = Arena.ofShared();
  private final List<Version> versions = new ArrayList<>();
  private final List<Announcement> announced = new ArrayList<>();
  private final Map<Integer, Plan> plans = new HashMap<>();
  private final Map<Integer, ArrayDeque<Workspace>> idle = new HashMap<>();
  private volatile Version current;
  private long published;
  private boolean closed;

  /**
   * Copies a model's parameters: version 1.
   *
   * @throws IllegalStateException if the model is closed
   */
  public Weights(Model model) {
    network = model.network();
    single = new Plan(network, 1, false);
    plans.put(1, single);
    try {
      current = write(model);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Copies a model's parameters and has every prediction that begins from now on use them. May be called from any
   * thread, also while a trainer changes the model: the copy is made between two of its updates. Predictions are
   * not held up. Allocates nothing on the heap, once there is memory for the versions in use.
   *
   * @param model of the same network
   * @return the new version's number
   * @throws IllegalArgumentException if the model has another network
   * @throws IllegalStateException if this or the model is closed
   */
  public synchronized long publish(Model model) {
    requireOpen();
    if (!model.network().equals(network)) {
      throw new IllegalArgumentException("a model of another network: " + model.network());
    }
    PublicationEvent event = Events.publication();
    current = write(model);
    if (event != null) {
      event.done(published);
    }
    return published;
  }

  private Version write(Model model) {
    Version version = unused();
    model.copyParameters(version.parameters);
    single.pack(version.parameters, version.packed);
    version.number = ++published;
    return version;
  }

  /** Memory that no prediction reads, and none can begin to. */
  private Version unused() {
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      if (version != current && !isAnnounced(version)) {
        return version;
      }
    }
    Version version =
        new Version(
            Memory.allocate(arena, network.parameterFloats()), Memory.allocate(arena, single.packedFloats()));
    versions.add(version);
    return version;
  }

  private boolean isAnnounced(Version version) {
    for (int i = 0; i < announced.size(); i++) {
      if (announced.get(i).names(version)) {
        return true;
      }
    }
    return false;
  }

  /** The newest version, to be used under an {@link Announcement}. */
  Version current() {
    return current;
  }

  /**
   * Takes a predictor in.
   *
   * @param announcement where it announces the version that it uses
   */
  synchronized Workspace open(int batch, Announcement announcement) {
    requireOpen();
    Plan plan = plans.computeIfAbsent(batch, n -> new Plan(network, n, false));
    Workspace workspace = idle(batch).poll();
    if (workspace == null) {
      Version version = current;
      workspace = new Workspace(plan, new Execution(plan, arena, version.parameters, version.packed));
    }
    announced.add(announcement);
    return workspace;
  }

  /** Lets a predictor go; nobody uses its workspace any more. */
  synchronized void release(Workspace workspace, Announcement announcement) {
    announced.remove(announcement);
    idle(workspace.plan.group()).add(workspace);
  }

  private ArrayDeque<Workspace> idle(int batch) {
    return idle.computeIfAbsent(batch, n -> new ArrayDeque<>());
  }

  /** The network's description. */
  public Sequential network() {
    return network;
  }

  /** Copies of the parameters that there is memory for. */
  synchronized int copies() {
    return versions.size();
  }

  /** Number of the newest version; the first is 1. */
  public synchronized long version() {
    return published;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the weights are closed");
    }
  }

  /**
   * Frees the memory. Closing twice does nothing.
   *
   * @throws IllegalStateException if a predictor is still open
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (!announced.isEmpty()) {
      throw new IllegalStateException(
          "the weights are in use by %d predictor(s); close them first".formatted(announced.size()));
    }
    closed = true;
    arena.close();
  }
}
