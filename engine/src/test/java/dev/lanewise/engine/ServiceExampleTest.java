package dev.lanewise.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Readiness;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service of docs/service.md works, and is the code that stands there. */
@Tag("once")
class ServiceExampleTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final String MARKER = "  // example\n";

  // example
  static final class DigitService implements AutoCloseable {
    private final Model model;
    private final Weights weights;
    private final BlockingQueue<Predictor> predictors;

    DigitService(Path file, int threads) throws IOException {
      model = ModelFile.load(file);
      weights = new Weights(model);
      predictors = new ArrayBlockingQueue<>(threads);
      for (int i = 0; i < threads; i++) {
        predictors.add(new Predictor(weights));
      }
      Readiness readiness = predictors.element().warmUp(Duration.ofSeconds(10));
      System.out.println(readiness.ready() ? "ready" : "slow: " + readiness);
    }

    /** From any thread; waits for a prediction at most where there are more threads than predictors. */
    int classify(byte[] pixels) throws InterruptedException {
      Predictor predictor = predictors.take();
      try {
        return predictor.classify(pixels);
      } finally {
        predictors.add(predictor);
      }
    }

    /** On a thread of its own; predictions go on, and use the new weights from each epoch's end. */
    void learn(Dataset news, int epochs) {
      TrainingListener publisher =
          new TrainingListener() {
            @Override
            public void onEpoch(EpochResult result) {
              weights.publish(model);
            }
          };
      try (Trainer trainer =
          Trainer.builder(model, Adam.keras()).batchSize(32).threads(1).listener(publisher).build()) {
        trainer.fit(news, null, epochs);
      }
    }

    /** When no request is being answered any more. */
    @Override
    public void close() {
      predictors.forEach(Predictor::close);
      weights.close();
      model.close();
    }
  }
  // example

  @Test
  @DisplayName("the service answers from many threads while it learns, and knows afterwards what it learnt")
  void works(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("model.safetensors");
    int size = Networks.small().inputShape().size();
    try (Model fresh = Networks.small().initialize(0)) {
      ModelFile.save(fresh, file);
    }
    byte[] image = new byte[size];
    for (int i = 0; i < size; i++) {
      image[i] = (byte) (i / (size / 5) == 3 ? 150 : 40); // as Networks.images has class 3
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(8);
        Dataset news = Networks.images(Networks.small(), 800);
        DigitService service = new DigitService(file, 2)) {
      Future<?> learning = pool.submit(() -> service.learn(news, 8));
      for (int i = 0; i < 2_000; i++) {
        Future<Integer> answer = pool.submit(() -> service.classify(image));
        assertThat(answer.get()).isBetween(0, 4);
      }
      learning.get();
      assertThat(service.classify(image)).isEqualTo(3);
      pool.shutdown();
    }
  }

  @Test
  @DisplayName("the page's java block is the code of this test")
  void pageHasTheSameLines() throws IOException {
    String source =
        Files.readString(MODULE.resolve("src/test/java/dev/lanewise/engine/ServiceExampleTest.java"));
    String[] parts = source.split(MARKER, -1);
    assertThat(parts).as("parts around the two markers").hasSize(3);
    String page = Files.readString(MODULE.resolve("../docs/service.md"));

    assertThat(page).contains("```java\n" + parts[1].stripTrailing().stripIndent() + "\n```\n");
  }
}
