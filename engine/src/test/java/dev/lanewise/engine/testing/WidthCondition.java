package dev.lanewise.engine.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips every test when {@code lanewise.vector.bits} asks for more than the CPU has.
 *
 * <p>Registered for all tests by service loading. It touches no class of the engine, because their
 * initialisation is what must not happen at a width the CPU lacks.
 */
public final class WidthCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String asked = System.getProperty("lanewise.vector.bits", "auto");
    if (asked.equals("auto")) {
      return enabled("no width asked for");
    }
    int available = VectorShape.preferredShape().vectorBitSize();
    return Integer.parseInt(asked) <= available
        ? enabled(asked + " of " + available + " bits asked for")
        : disabled(asked + " bits asked for, the CPU has " + available);
  }
}
