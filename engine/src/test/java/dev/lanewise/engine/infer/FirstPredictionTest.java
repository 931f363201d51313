package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.kernel.simd.MicroKernels;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.testing.ChildJvm;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Trainer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which kernels answer in fresh processes: each test starts one. */
@Tag("once")
class FirstPredictionTest {
  private static final Sequential NETWORK = Networks.mnistCnn();
  private static final Duration PLENTY = Duration.ofSeconds(60);

  private static List<String> run(Class<?> program, String... options) throws IOException, InterruptedException {
    assumeTrue(Kernels.SIMD);
    return ChildJvm.run(List.of(options), program);
  }

  private static void say(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  /** A service: predictors first, and nothing else. */
  static final class Service {
    public static void main(String[] args) {
      float[] input = new float[2 * NETWORK.inputShape().size()];
      for (int i = 0; i < input.length; i++) {
        input[i] = i * 37 % 256 / 255f;
      }
      float[] first = new float[20];
      float[] later = new float[20];
      try (Model model = NETWORK.initialize(0);
          Weights weights = new Weights(model);
          Predictor predictor = new Predictor(weights, 2)) {
        say("simd at first", Kernels.simd());
        predictor.predict(input, first, 2);
        Readiness soon = predictor.warmUp(Duration.ofMillis(20));
        say("ready soon", soon.ready() + ", after " + soon.calls() + " calls");
        say("ready", predictor.warmUp(PLENTY).ready());
        say("simd when ready", Kernels.simd());
        say("warm", MicroKernels.warm());
        predictor.predict(input, later, 2);
        say("same bits", Arrays.equals(first, later));
        try (Weights others = new Weights(model);
            Predictor another = new Predictor(others, 3)) {
          say("simd with others", Kernels.simd() && another.warmUp(PLENTY).ready());
        }
      }
    }
  }

  @Test
  @DisplayName("scalar kernels answer at first, SIMD kernels with the same bits when ready, and from then on")
  void service() throws Exception {
    assertThat(run(Service.class))
        .containsExactly(
            "simd at first: false", "ready soon: false, after 0 calls", "ready: true", "simd when ready: true", "warm: true", "same bits: true",
            "simd with others: true");
  }

  /** A service that waits for its kernels and does nothing else. */
  static final class Waiting {
    public static void main(String[] args) {
      try (Model model = NETWORK.initialize(0);
          Weights weights = new Weights(model)) {
        say("ready", Kernels.awaitPrepared(Duration.ofSeconds(20)));
        say("version", weights.version());
      }
    }
  }

  @Test
  @DisplayName("kernels get ready, too, where C2 asks for more calls than usual, as it does while its queue is long")
  void longQueue() throws Exception {
    assertThat(
            run(
                Waiting.class, "-XX:Tier4InvocationThreshold=7000", "-XX:Tier4MinInvocationThreshold=7000",
                "-XX:Tier4CompileThreshold=21000"))
        .containsExactly("ready: true", "version: 1");
  }

  /** A trainer that comes while kernels are being prepared for a predictor. */
  static final class TrainerSecond {
    public static void main(String[] args) {
      try (Model model = NETWORK.initialize(0);
          Weights weights = new Weights(model)) {
        say("simd at first", Kernels.simd());
        Trainer.builder(model, Sgd.keras()).build().close();
        say("simd with a trainer", Kernels.simd());
        say("version", weights.version());
      }
    }
  }

  @Test
  @DisplayName("a trainer waits for kernels that are being prepared, so that it never trains with scalar ones")
  void trainerSecond() throws Exception {
    assertThat(run(TrainerSecond.class)).containsExactly("simd at first: false", "simd with a trainer: true", "version: 1");
  }

  /** A predictor that comes while a trainer may be at work. */
  static final class TrainerFirst {
    public static void main(String[] args) {
      try (Model model = NETWORK.initialize(0)) {
        Trainer.builder(model, Sgd.keras()).build().close();
        try (Weights weights = new Weights(model)) {
          say("simd", Kernels.simd());
          say("version", weights.version());
        }
      }
    }
  }

  @Test
  @DisplayName("where there is a trainer, a predictor does not take the SIMD kernels from it")
  void trainerFirst() throws Exception {
    assertThat(run(TrainerFirst.class)).containsExactly("simd: true", "version: 1");
  }
}
