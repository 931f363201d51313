package dev.lanewise.engine.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One batch: forward, backward, update. */
@Name("dev.lanewise.TrainingStep")
@Label("Training Step")
@Category("Lanewise")
@Description("One batch: forward, backward, update")
@Enabled(false)
@StackTrace(false)
public final class TrainingStepEvent extends Event {
  @Label("Step")
  long step;

  @Label("Samples")
  int samples;

  @Label("Loss")
  double loss;

  private TrainingStepEvent() {}

  static TrainingStepEvent begun() {
    TrainingStepEvent event = new TrainingStepEvent();
    event.begin();
    return event;
  }

  /** Ends and records the step. */
  public void done(long step, int samples, double loss) {
    this.step = step;
    this.samples = samples;
    this.loss = loss;
    commit();
  }
}
