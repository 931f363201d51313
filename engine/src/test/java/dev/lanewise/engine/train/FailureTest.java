package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.Networks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A thread that fails ends the training. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // what hangs need not heed an interrupt
@Tag("once")
class FailureTest {
  @Test
  @DisplayName("a worker that throws ends the training with that cause and leaves no thread behind")
  void worker() {
    Sequential network = Networks.small();
    long before = threads();
    try (Model model = network.initialize(0)) {
      Dataset data = Networks.images(network, 64);
      TrainingListener closer =
          new TrainingListener() {
            @Override
            public void onBatch(int epoch, int samplesDone, int samples, double loss) {
              data.close(); // the next batch's memory is gone for every worker
            }
          };
      try (Trainer trainer =
          Trainer.builder(model, Optimizer.byName("sgd")).batchSize(32).threads(3).listener(closer).build()) {
        assertThat(threads()).isEqualTo(before + 2);
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(() -> trainer.fit(data, null, 1))
            .withMessageContaining("a member of the team failed")
            .withRootCauseInstanceOf(IllegalStateException.class)
            .satisfies(e -> assertThat(e.getCause()).hasMessage("Already closed"));
        try (Dataset other = Networks.images(network, 64)) {
          assertThat(trainer.evaluate(other).loss()).as("the team goes on working").isFinite();
        }
      }
    }
    assertThat(threads()).isEqualTo(before);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("lanewise-")).count();
  }
}
