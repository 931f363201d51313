package dev.lanewise.engine.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** One call of a predictor that took longer than the event's threshold. */
@Name("dev.lanewise.Prediction")
@Label("Prediction")
@Category("Lanewise")
@Description("A call of a predictor that took longer than the threshold")
@Enabled(false)
@Threshold("1 ms")
@StackTrace(false)
public final class PredictionEvent extends Event {
  @Label("Images")
  int images;

  @Label("Version")
  @Description("Number of the publication whose weights were used")
  long version;

  private PredictionEvent() {}

  static PredictionEvent begun() {
    PredictionEvent event = new PredictionEvent();
    event.begin();
    return event;
  }

  /** Ends the prediction, and records it if it took long enough. */
  public void done(int images, long version) {
    this.images = images;
    this.version = version;
    commit();
  }
}
