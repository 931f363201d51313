package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.optim.Clipping;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.OptimizerState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nothing on the heap, whichever way the branches of an update go: its compiled code has to serve both. */
class UpdateAllocationTest {
  @Test
  @DisplayName("updates that clip and updates that do not, in turn, allocate 0 bytes under each optimizer")
  void updates() {
    long floats = 4_096;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = Memory.allocate(arena, floats);
      MemorySegment gradients = Memory.allocate(arena, 2 * floats);
      for (String name : Optimizer.names()) {
        OptimizerState plain = Optimizer.byName(name).newState(arena, floats);
        OptimizerState clipped = Optimizer.byName(name).withClipping(Clipping.byValue(0.5)).newState(arena, floats);
        assertThat(
                AllocationTest.bytes(
                    1_000,
                    () -> {
                      plain.begin();
                      plain.apply(weights, gradients, 2, floats, 0, floats);
                      clipped.begin();
                      clipped.apply(weights, gradients, 2, floats, 0, floats);
                    }))
            .as("bytes in 2 x 1,000 updates of %s", name)
            .isLessThanOrEqualTo(0);
      }
    }
  }
}
