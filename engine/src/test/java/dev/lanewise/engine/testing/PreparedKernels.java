package dev.lanewise.engine.testing;

import dev.lanewise.engine.kernel.Kernels;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prepares the kernels before every test class, so that no prediction of a test is answered by the scalar twins instead
 * of the kernels that it is to test. Registered for all tests by service loading. A class tagged {@code fresh} is left
 * alone: it needs a process that has not asked for a kernel yet.
 */
public final class PreparedKernels implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    if (!context.getTags().contains("fresh")) {
      Kernels.prepare();
    }
  }
}
