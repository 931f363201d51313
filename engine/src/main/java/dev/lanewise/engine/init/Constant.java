package dev.lanewise.engine.init;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** One value everywhere. */
final class Constant extends Initializer {
  private final float value;

  Constant(String name, float value) {
    super(name);
    this.value = value;
  }

  @Override
  void write(
      MemorySegment target,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      long fanIn,
      long fanOut,
      Draw draw) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        Memory.set(target, offset + (long) r * rowPitch + c, value);
      }
    }
  }
}
