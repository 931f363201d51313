package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Publications as fast as they go, and predictions so short that many are interrupted at every place there is.
 * {@code lanewise.stress} multiplies their number.
 */
@Tag("once")
class PublicationStressTest {
  private static final long PUBLICATIONS = 2_000L * Integer.getInteger("lanewise.stress", 1);
  private static final int THREADS = 16;
  private static final int PUBLISHERS = 4;
  private static final int INPUTS = 400;
  private static final int VALUES = 1_000;
  private static final Sequential SUM = Sequential.of(Shape.of(INPUTS), Dense.of(1));

  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong answers = new AtomicLong();

  @Test
  @DisplayName("an answer is that of the version it names, whenever a version is published, and predictors come and go")
  void answersOfOneVersion() throws Exception {
    try (Model model = Model.zeros(SUM);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      fill(model, 1);
      Weights weights = new Weights(model);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int lifetime = i % 4 == 0 ? 20_000 : Integer.MAX_VALUE;
        all.add(executor.submit(() -> predict(weights, lifetime)));
      }
      try {
        for (long version = 2; version <= PUBLICATIONS && !failed(all); version++) {
          fill(model, version % VALUES);
          assertThat(weights.publish(model)).isEqualTo(version);
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> future : all) {
        future.get(20, TimeUnit.SECONDS);
      }
      assertThat(answers.get()).isPositive();
      assertThat(weights.copies()).isLessThanOrEqualTo(THREADS + 2);
      weights.close();
    }
  }

  @Test
  @DisplayName("publications by several threads come one after the other")
  void severalPublishers() throws Exception {
    try (Model model = Model.zeros(SUM);
        ExecutorService executor = Executors.newFixedThreadPool(PUBLISHERS)) {
      fill(model, 1);
      Set<Long> versions = ConcurrentHashMap.newKeySet();
      try (Weights weights = new Weights(model);
          Predictor predictor = new Predictor(weights, 1)) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 1; i <= PUBLISHERS; i++) {
          int value = i;
          all.add(executor.submit(() -> publish(weights, value, versions)));
        }
        float[] ones = new float[INPUTS];
        Arrays.fill(ones, 1);
        float[] sum = new float[1];
        while (!all.stream().allMatch(Future::isDone)) {
          predictor.predict(ones, sum);
          assertThat(sum[0] / (INPUTS + 1)).as("the value of one publisher").isIn(1f, 2f, 3f, 4f);
        }
        for (Future<?> future : all) {
          future.get();
        }
        assertThat(versions).hasSize((int) (PUBLISHERS * PUBLICATIONS));
        assertThat(weights.version()).isEqualTo(1 + PUBLISHERS * PUBLICATIONS);
        assertThat(weights.copies()).as("the current one and the predictor's, and one that is written").isLessThanOrEqualTo(3);
      }
    }
  }

  private static void publish(Weights weights, long value, Set<Long> versions) {
    try (Model model = Model.zeros(SUM)) {
      fill(model, value);
      for (long i = 0; i < PUBLICATIONS; i++) {
        versions.add(weights.publish(model));
      }
    }
  }

  /** A thread that died has the answer; publishing on would only delay it. */
  private static boolean failed(List<Future<?>> futures) {
    return futures.stream().anyMatch(Future::isDone);
  }

  /** All parameters equal to the version's number, so that their sum tells it. */
  private static void fill(Model model, long value) {
    for (long i = 0; i < SUM.parameterFloats(); i++) {
      Memory.set(model.parameters(), i, value);
    }
  }

  private void predict(Weights weights, int lifetime) {
    float[] ones = new float[INPUTS];
    Arrays.fill(ones, 1);
    float[] sum = new float[1];
    while (!stop.get()) {
      long last = 0;
      try (Predictor predictor = new Predictor(weights, 1)) {
        for (int i = 0; i < lifetime && !stop.get(); i++) {
          predictor.predict(ones, sum);
          long version = predictor.version();
          if (sum[0] != (INPUTS + 1) * (version % VALUES) || version < last) {
            throw new AssertionError("version %s after %s: %s".formatted(version, last, sum[0]));
          }
          last = version;
          answers.incrementAndGet();
        }
      }
    }
  }
}
