package dev.lanewise.engine.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** New weights for the predictors: copied, packed, put in place of the old. */
@Name("dev.lanewise.Publication")
@Label("Publication")
@Category("Lanewise")
@Description("New weights for the predictors: copied, packed, put in place of the old")
@Enabled(false)
@StackTrace(false)
public final class PublicationEvent extends Event {
  @Label("Version")
  long version;

  private PublicationEvent() {}

  static PublicationEvent begun() {
    PublicationEvent event = new PublicationEvent();
    event.begin();
    return event;
  }

  /** Ends and records the publication. */
  public void done(long version) {
    this.version = version;
    commit();
  }
}
