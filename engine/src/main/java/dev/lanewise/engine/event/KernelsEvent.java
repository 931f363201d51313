package dev.lanewise.engine.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The selection of the kernels, once a process. */
@Name("dev.lanewise.Kernels")
@Label("Kernel Selection")
@Category("Lanewise")
@Description("Which implementation of the kernels this process uses")
@Enabled(false)
@StackTrace(false)
final class KernelsEvent extends Event {
  @Label("Kernels")
  String description = "";

  @Label("Vector Bits")
  int vectorBits;

  private KernelsEvent() {}

  static void tell(String description, int vectorBits) {
    KernelsEvent event = new KernelsEvent();
    event.description = description;
    event.vectorBits = vectorBits;
    event.commit();
  }
}
