package dev.lanewise.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;

class WidthConditionTest {

  @Test
  void aTestRunsOnlyAtAWidthTheCpuHas() {
    assertThat(Integer.getInteger("lanewise.vector.bits", 0))
        .isLessThanOrEqualTo(VectorShape.preferredShape().vectorBitSize());
  }
}
