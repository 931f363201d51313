package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingListener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What weights promise does not depend on the kernels. */
@Tag("once")
class WeightsTest {
  private static final Sequential NET = Networks.small();
  private static final int INPUTS = NET.inputShape().size();
  private static final int OUTPUTS = NET.outputShape().size();
  private static final int THREADS = 16;

  private static float[] input(int thread) {
    float[] input = new float[INPUTS];
    for (int i = 0; i < INPUTS; i++) {
      input[i] = ((i * 7 + thread * 31) % 97) / 97f;
    }
    return input;
  }

  /** What a model says to each thread's input. */
  private static float[][] expected(Model model) {
    try (Predictor predictor = new Predictor(model)) {
      return expected(predictor);
    }
  }

  private static float[][] expected(Predictor predictor) {
    float[][] expected = new float[THREADS][OUTPUTS];
    for (int thread = 0; thread < THREADS; thread++) {
      predictor.predict(input(thread), expected[thread]);
    }
    return expected;
  }

  private static <T> List<T> onAllThreads(ExecutorService pool, List<Future<T>> futures)
      throws ExecutionException, InterruptedException {
    pool.shutdown();
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private static List<Future<Map<Long, float[]>>> serve(
      ExecutorService pool, Weights weights, AtomicBoolean stop) {
    List<Future<Map<Long, float[]>>> futures = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      Callable<Map<Long, float[]>> work = () -> answers(weights, thread, stop);
      futures.add(pool.submit(work));
    }
    return futures;
  }

  /** One thread's answers by version; throws if a version gave two. */
  private static Map<Long, float[]> answers(Weights weights, int thread, AtomicBoolean stop) {
    Map<Long, float[]> answers = new HashMap<>();
    float[] input = input(thread);
    float[] output = new float[OUTPUTS];
    try (Predictor predictor = new Predictor(weights, 1 + thread % 3)) {
      while (!stop.get()) {
        predictor.predict(input, output);
        float[] before = answers.putIfAbsent(predictor.version(), output.clone());
        if (before != null && !Arrays.equals(before, output)) {
          throw new AssertionError("version " + predictor.version() + " gave two answers");
        }
      }
    }
    return answers;
  }

  @Test
  @DisplayName("while a trainer publishes after each batch, an answer of 16 threads is bit for bit that of a version")
  void neverAMixture() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    AtomicBoolean stop = new AtomicBoolean();
    Map<Long, float[][]> expected = new HashMap<>();
    List<Map<Long, float[]>> answers;
    try (Dataset data = Networks.images(NET, 600);
        Model model = NET.initialize(1);
        Weights weights = new Weights(model);
        Weights apart = new Weights(model); // used by the training thread alone
        Predictor reference = new Predictor(apart)) {
      expected.put(weights.version(), expected(reference));
      List<Future<Map<Long, float[]>>> futures = serve(pool, weights, stop);
      TrainingListener publisher =
          new TrainingListener() {
            @Override
            public void onBatch(int epoch, int samplesDone, int samples, double loss) {
              apart.publish(model);
              expected.put(weights.publish(model), expected(reference));
            }
          };
      try (Trainer trainer =
          Trainer.builder(model, Adam.keras()).batchSize(8).threads(1).listener(publisher).build()) {
        trainer.fit(data, null, 2);
      } finally {
        stop.set(true);
        answers = onAllThreads(pool, futures);
      }
      assertThat(weights.version()).isEqualTo(151);
      assertThat(weights.copies()).as("copies of the parameters").isLessThanOrEqualTo(THREADS + 2);
    }
    Set<Long> seen = new HashSet<>();
    for (int thread = 0; thread < THREADS; thread++) {
      for (Map.Entry<Long, float[]> answer : answers.get(thread).entrySet()) {
        seen.add(answer.getKey());
        assertThat(answer.getValue())
            .as("thread %d, version %d", thread, answer.getKey())
            .containsExactly(expected.get(answer.getKey())[thread]);
      }
    }
    assertThat(seen).as("versions that were used").hasSizeGreaterThan(20);
  }

  @Test
  @DisplayName("a copy that another thread makes of a model in training is its state between two updates")
  void copiesWholeUpdates() throws Exception {
    int width = 300;
    Sequential wide = Sequential.of(Shape.of(width), Dense.of(width), Dense.of(2));
    float[] features = new float[64 * width];
    Arrays.fill(features, 0.5f);
    int[] labels = new int[64];
    Arrays.setAll(labels, i -> i % 2);
    Set<Integer> states = new HashSet<>();
    AtomicBoolean stop = new AtomicBoolean();
    Set<Integer> copied;
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Dataset data = Dataset.of(features, labels, Shape.of(width));
        Model model = wide.initialize(1);
        Arena arena = Arena.ofShared()) {
      int floats = (int) wide.parameterFloats();
      states.add(hash(model.parameters()));
      MemorySegment target = Memory.allocate(arena, floats);
      Future<Set<Integer>> copier =
          pool.submit(
              () -> {
                Set<Integer> seen = new HashSet<>();
                while (!stop.get()) {
                  model.copyParameters(target);
                  seen.add(hash(target));
                }
                return seen;
              });
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onBatch(int epoch, int samplesDone, int samples, double loss) {
              states.add(hash(model.parameters()));
            }
          };
      try (Trainer trainer =
          Trainer.builder(model, Sgd.keras()).batchSize(1).threads(1).listener(listener).build()) {
        trainer.fit(data, null, 20);
      } finally {
        stop.set(true);
        copied = onAllThreads(pool, List.of(copier)).getFirst();
      }
    }
    assertThat(copied).hasSizeGreaterThan(20);
    assertThat(states).containsAll(copied);
  }

  private static int hash(MemorySegment parameters) {
    return Arrays.hashCode(parameters.toArray(Memory.FLOAT));
  }

  @Test
  @DisplayName("closing under load: calls give right answers or are refused, and nothing is freed in use")
  void closingUnderLoad() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (Model model = NET.initialize(1)) {
      Weights weights = new Weights(model);
      float[][] expected = expected(model);
      List<Predictor> predictors = new ArrayList<>();
      List<Future<Long>> futures = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Predictor predictor = new Predictor(weights);
        predictors.add(predictor);
        futures.add(pool.submit(() -> predictUntilClosed(predictor, thread, expected[thread])));
      }
      for (int i = 0; i < 1_000; i++) {
        assertThatThrownBy(weights::close).hasMessageContaining("in use by 16 predictor(s)");
      }
      predictors.forEach(WeightsTest::closeBetweenCalls);
      weights.close();
      weights.close();
      for (long calls : onAllThreads(pool, futures)) {
        assertThat(calls).isGreaterThanOrEqualTo(0);
      }
      assertThatThrownBy(() -> new Predictor(weights)).hasMessage("the weights are closed");
      assertThatThrownBy(() -> weights.publish(model)).hasMessage("the weights are closed");
    }
  }

  private static long predictUntilClosed(Predictor predictor, int thread, float[] expected) {
    float[] input = input(thread);
    float[] output = new float[OUTPUTS];
    for (long calls = 0; ; calls++) {
      try {
        predictor.predict(input, output);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("the predictor is closed");
        return calls;
      }
      assertThat(output).containsExactly(expected);
    }
  }

  private static void closeBetweenCalls(Predictor predictor) {
    while (true) {
      try {
        predictor.close();
        return;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageStartingWith("another thread is using the predictor");
      }
    }
  }

  @Test
  @DisplayName("one predictor used by two threads at once refuses one of them and answers the other rightly")
  void oneThreadAtATime() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Model model = NET.initialize(1);
        Weights weights = new Weights(model);
        Predictor predictor = new Predictor(weights)) {
      float[][] expected = expected(model);
      List<Future<Integer>> futures = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int thread = i;
        futures.add(
            pool.submit(
                () -> {
                  float[] output = new float[OUTPUTS];
                  int answered = 0;
                  while (answered < 2_000) {
                    try {
                      predictor.predict(input(thread), output);
                      assertThat(output).containsExactly(expected[thread]);
                      answered++;
                    } catch (IllegalStateException e) {
                      assertThat(e).hasMessageStartingWith("another thread is using the predictor");
                    }
                  }
                  return answered;
                }));
      }
      assertThat(onAllThreads(pool, futures)).containsOnly(2_000);
    }
  }

  @Test
  @DisplayName("weights outlive their model, take those of another, and refuse another network")
  void anotherModel() {
    float[] output = new float[OUTPUTS];
    Model first = NET.initialize(1);
    try (Weights weights = new Weights(first);
        Predictor predictor = new Predictor(weights);
        Model second = NET.initialize(2);
        Model other = Networks.mnistCnn().initialize(2)) {
      float[] expected = expected(first)[3];
      first.close();
      assertThat(predictor.version()).isZero();
      predictor.predict(input(3), output);
      assertThat(output).containsExactly(expected);
      assertThat(predictor.version()).isEqualTo(1);

      assertThat(weights.publish(second)).isEqualTo(2);
      predictor.predict(input(3), output);
      assertThat(output).containsExactly(expected(second)[3]).isNotEqualTo(expected);

      assertThatThrownBy(() -> weights.publish(other)).hasMessageStartingWith("a model of another network");
      assertThatThrownBy(() -> weights.publish(first)).hasMessage("the model is closed");
      predictor.predict(input(3), output);
      assertThat(predictor.version()).isEqualTo(2);
      assertThat(output).containsExactly(expected(second)[3]);
    }
  }

  @Test
  @DisplayName("a closed predictor's work space goes to the next one, and the closed one cannot touch it")
  void workspacesAreUsedAgain() {
    float[] output = new float[OUTPUTS];
    try (Model model = NET.initialize(1);
        Weights weights = new Weights(model)) {
      Predictor closed = new Predictor(weights);
      closed.close();
      try (Predictor next = new Predictor(weights)) {
        closed.close();
        assertThatThrownBy(() -> closed.predict(input(0), output)).hasMessage("the predictor is closed");
        next.predict(input(0), output);
        assertThat(output).containsExactly(expected(model)[0]);
      }
    }
  }
}
