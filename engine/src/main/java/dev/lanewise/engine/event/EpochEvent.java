package dev.lanewise.engine.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One pass over the training data, its validation included. */
@Name("dev.lanewise.Epoch")
@Label("Epoch")
@Category("Lanewise")
@Description("One pass over the training data, and the measurement of the validation data behind it")
@Enabled(false)
@StackTrace(false)
public final class EpochEvent extends Event {
  @Label("Epoch")
  int number;

  @Label("Samples")
  int samples;

  @Label("Training Loss")
  double trainLoss;

  @Label("Validation Loss")
  double validationLoss;

  private EpochEvent() {}

  static EpochEvent begun() {
    EpochEvent event = new EpochEvent();
    event.begin();
    return event;
  }

  /** Ends and records the epoch. */
  public void done(int number, int samples, double trainLoss, double validationLoss) {
    this.number = number;
    this.samples = samples;
    this.trainLoss = trainLoss;
    this.validationLoss = validationLoss;
    commit();
  }
}
