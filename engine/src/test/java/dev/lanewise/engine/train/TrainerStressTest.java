package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sixteen threads that train, measure, cancel, predict and close the same objects without asking each other.
 * {@code lanewise.stress} multiplies the rounds.
 */
@Tag("once")
class TrainerStressTest {
  private static final int ROUNDS = 12 * Integer.getInteger("lanewise.stress", 1);
  private static final int THREADS = 16;

  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  /** A call that may be refused with exactly one exception. */
  private void attempt(Runnable call) {
    try {
      call.run();
      done.incrementAndGet();
    } catch (IllegalStateException e) {
      assertThat(e).as("refused, not broken").hasNoCause().hasMessageContainingAll(" is ");
      refused.incrementAndGet();
    }
  }

  @Test
  @DisplayName("every call works or is refused, nothing is freed in use, and all threads end")
  void allAtOnce() throws Exception {
    Sequential network = Networks.small();
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        Dataset data = Networks.images(network, 48)) {
      for (int round = 0; round < ROUNDS; round++) {
        try (Model model = network.initialize(round)) {
          Trainer trainer =
              Trainer.builder(model, Optimizer.byName("adam")).batchSize(16).threads(1 + round % 3).build();
          Predictor predictor = new Predictor(model);
          List<Future<?>> all = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(31L * round + i);
            all.add(executor.submit(() -> calls(trainer, predictor, model, data, random)));
          }
          for (Future<?> future : all) {
            future.get(30, TimeUnit.SECONDS);
          }
          trainer.close();
          predictor.close();
        } // closing would be refused if anybody still held the model
      }
    }
    assertThat(done.get()).isPositive();
    assertThat(refused.get()).as("threads did meet").isPositive();
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("lanewise-"));
  }

  @Test
  @DisplayName("of two threads that begin in the same moment, one trains and the other is refused")
  void neverTwoAtATime() throws Exception {
    Sequential network = Sequential.of(Shape.of(1), Dense.of(2));
    AtomicInteger arrived = new AtomicInteger();
    Set<String> refusals = ConcurrentHashMap.newKeySet();
    try (ExecutorService executor = Executors.newFixedThreadPool(2);
        Dataset data = Networks.images(network, 8);
        Model model = network.initialize(0);
        Trainer trainer = Trainer.builder(model, Optimizer.byName("sgd")).batchSize(1).threads(1).build()) {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        SplittableRandom random = new SplittableRandom(thread);
        all.add(
            executor.submit(
                () -> {
                  for (int round = 1; round <= 2_000 * ROUNDS; round++) {
                    arrived.incrementAndGet();
                    while (arrived.get() < 2 * round) {
                      Thread.onSpinWait();
                    }
                    for (int i = random.nextInt(400); i > 0; i--) {
                      arrived.get(); // one thread learns later than the other that both are here
                    }
                    try {
                      trainer.fit(data, null, 1);
                      done.incrementAndGet();
                    } catch (RuntimeException e) {
                      refusals.add(String.valueOf(e.getMessage())); // thrown on, it would leave the other thread waiting
                    }
                  }
                }));
      }
      for (Future<?> future : all) {
        future.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(done.get()).isPositive();
    assertThat(refusals)
        .as("by the trainer, and not by its team when both are in")
        .containsExactly("the trainer is in use by another thread");
  }

  private void calls(Trainer trainer, Predictor predictor, Model model, Dataset data, SplittableRandom random) {
    float[] input = new float[model.network().inputShape().size()];
    float[] output = new float[model.network().outputShape().size()];
    for (int i = 0; i < 12; i++) {
      switch (random.nextInt(10)) {
        case 0, 1 -> attempt(() -> trainer.fit(data, data, 1));
        case 2 -> attempt(() -> trainer.evaluate(data));
        case 3 -> attempt(trainer::cancel);
        case 4 -> attempt(trainer::steps);
        case 5 -> attempt(() -> seldom(random, trainer::close));
        case 6 -> attempt(() -> seldom(random, predictor::close));
        case 7 -> attempt(model::close);
        default -> attempt(() -> predictor.predict(input, output));
      }
    }
  }

  /** Seldom, or there would be nothing left to meet. */
  private static void seldom(SplittableRandom random, Runnable close) {
    if (random.nextInt(8) == 0) {
      close.run();
    }
  }
}
