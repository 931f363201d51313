package dev.lanewise.engine.train;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Model;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A copy of the last parameters that are known to be good: what a training that diverges goes back to. */
final class GoodParameters {
  private final MemorySegment parameters;
  private final MemorySegment copy;
  private final long floats;
  private String origin = "";

  GoodParameters(Model model, Arena arena) {
    parameters = model.parameters();
    floats = model.network().parameterFloats();
    copy = Memory.allocate(arena, floats);
  }

  /** Whether all of the model's parameters are finite numbers. */
  boolean finite() {
    for (long i = 0; i < floats; i++) {
      if (!Float.isFinite(Memory.get(parameters, i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies the model's parameters.
   *
   * @param where they come from, for messages
   */
  void keep(String where) {
    Memory.copy(parameters, 0, copy, 0, floats);
    origin = where;
  }

  /**
   * Puts the copy back into the model.
   *
   * @return where it came from
   */
  String restore() {
    Memory.copy(copy, 0, parameters, 0, floats);
    return origin;
  }
}
