package dev.lanewise.engine.event;

import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Begins the engine's JFR events. While an event is off, and where the module {@code jdk.jfr} is absent, that
 * costs a few loads and makes no object. No class of {@code jdk.jfr} is touched before some recording starts.
 *
 * <p>Thread-safe. An event belongs to the thread that began it.
 */
public final class Events {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private Events() {}

  /** The types, registered when they are first asked for: with a recorder already there. */
  private static final class Types {
    static final EventType EPOCH = EventType.getEventType(EpochEvent.class);
    static final EventType KERNELS = EventType.getEventType(KernelsEvent.class);
    static final EventType PREDICTION = EventType.getEventType(PredictionEvent.class);
    static final EventType PUBLICATION = EventType.getEventType(PublicationEvent.class);
    static final EventType TRAINING_STEP = EventType.getEventType(TrainingStepEvent.class);
  }

  private static boolean recording() {
    return PRESENT && FlightRecorder.isInitialized();
  }

  /** Tells which kernels were selected. */
  public static void kernels(String description, int vectorBits) {
    if (recording() && Types.KERNELS.isEnabled()) {
      KernelsEvent.tell(description, vectorBits);
    }
  }

  /** Begins an epoch; null while such events are off. */
  public static @Nullable EpochEvent epoch() {
    return recording() && Types.EPOCH.isEnabled() ? EpochEvent.begun() : null;
  }

  /** Begins a training step; null while such events are off. */
  public static @Nullable TrainingStepEvent trainingStep() {
    return recording() && Types.TRAINING_STEP.isEnabled() ? TrainingStepEvent.begun() : null;
  }

  /** Begins a prediction; null while such events are off. */
  public static @Nullable PredictionEvent prediction() {
    return recording() && Types.PREDICTION.isEnabled() ? PredictionEvent.begun() : null;
  }

  /** Begins a publication of weights; null while such events are off. */
  public static @Nullable PublicationEvent publication() {
    return recording() && Types.PUBLICATION.isEnabled() ? PublicationEvent.begun() : null;
  }
}
