package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Clipping;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
class TrainerTest {
  private static final Sequential NET =
      Sequential.of(Shape.of(2), Dense.of(16), new ReLU(), Dense.of(2));

  /** Points inside and outside of a circle. */
  private static Dataset circle(int samples) {
    float[] points = new float[2 * samples];
    int[] labels = new int[samples];
    var random = new java.util.SplittableRandom(1);
    for (int i = 0; i < samples; i++) {
      points[2 * i] = (float) random.nextDouble(-1, 1);
      points[2 * i + 1] = (float) random.nextDouble(-1, 1);
      double square = Math.pow(points[2 * i], 2) + Math.pow(points[2 * i + 1], 2);
      labels[i] = square < 0.6 ? 1 : 0;
    }
    return Dataset.of(points, labels, Shape.of(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 32, 400, 5000})
  @DisplayName("stochastic, mini-batch and batch gradient descent all lower the loss")
  void everyBatchSize(int batchSize) {
    try (Dataset data = circle(400);
        Model model = NET.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("adam").withLearningRate(0.01)).batchSize(batchSize).build()) {
      double before = trainer.evaluate(data).loss();
      History history = trainer.fit(data, null, batchSize >= 400 ? 60 : 8);
      assertThat(trainer.evaluate(data).loss()).isLessThan(0.8 * before);
      assertThat(history.last().validationLoss()).isNaN();
      long batches = (long) Math.ceilDiv(400, batchSize) * history.epochs().size();
      assertThat(trainer.steps()).isEqualTo(batches);
    }
  }

  @Test
  @DisplayName("the gradient of a batch does not depend on how it is cut into waves")
  void largeBatchesAreOneSum() {
    // One batch of 400 holds 25 shards, more than have gradients at a time. The mean gradient of a data set
    // that repeats itself is that of its first part, up to rounding.
    try (Dataset part = circle(16);
        Dataset whole = repeated(25);
        Model one = NET.initialize(0);
        Model many = NET.initialize(0);
        Trainer first = Trainer.builder(one, Optimizer.byName("sgd")).batchSize(16).shuffle(false).build();
        Trainer second = Trainer.builder(many, Optimizer.byName("sgd")).batchSize(400).shuffle(false).build()) {
      for (int i = 0; i < 5; i++) {
        first.fit(part, null, 1);
        second.fit(whole, null, 1);
      }
      assertThat(second.evaluate(part).loss())
          .isCloseTo(first.evaluate(part).loss(), org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  @Test
  @DisplayName("an evaluation measures every sample, whatever the batch size")
  void evaluatesEverySample() {
    // Groups are no larger than a batch: 37 samples are cut up differently by each of these.
    try (Dataset data = circle(37);
        Model model = NET.initialize(0)) {
      Evaluation expected = evaluation(model, data, 16);
      for (int batchSize : new int[] {1, 3, 7, 8, 64}) {
        Evaluation actual = evaluation(model, data, batchSize);
        assertThat(actual.accuracy()).as("batches of %d", batchSize).isEqualTo(expected.accuracy());
        assertThat(actual.loss())
            .as("batches of %d", batchSize)
            .isCloseTo(expected.loss(), org.assertj.core.data.Offset.offset(1e-7));
      }
    }
  }

  private static Evaluation evaluation(Model model, Dataset data, int batchSize) {
    try (Trainer trainer = Trainer.builder(model, Optimizer.byName("sgd")).batchSize(batchSize).build()) {
      return trainer.evaluate(data);
    }
  }

  private static Dataset repeated(int times) {
    try (Dataset part = circle(16)) {
      float[] points = new float[32 * times];
      int[] labels = new int[16 * times];
      var memory = new float[2];
      for (int i = 0; i < labels.length; i++) {
        copy(part, i % 16, memory);
        points[2 * i] = memory[0];
        points[2 * i + 1] = memory[1];
        labels[i] = part.label(i % 16);
      }
      return Dataset.of(points, labels, Shape.of(2));
    }
  }

  private static void copy(Dataset data, int sample, float[] target) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = Memory.allocate(arena, target.length);
      data.copySample(sample, segment, 0);
      for (int i = 0; i < target.length; i++) {
        target[i] = Memory.get(segment, i);
      }
    }
  }

  @Test
  @DisplayName("listeners see every batch and epoch, and cancelling ends after the batch")
  void listensAndCancels() {
    List<Integer> batches = new ArrayList<>();
    List<EpochResult> epochs = new ArrayList<>();
    AtomicReference<Trainer> self = new AtomicReference<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onBatch(int epoch, int samplesDone, int samples, double loss) {
            assertThat(samples).isEqualTo(100);
            assertThat(loss).isFinite();
            batches.add(samplesDone);
            if (epoch == 2 && samplesDone == 64) {
              self.get().cancel();
            }
          }

          @Override
          public void onEpoch(EpochResult result) {
            epochs.add(result);
          }
        };
    try (Dataset data = circle(100);
        Model model = NET.initialize(0);
        Trainer trainer = Trainer.builder(model, Optimizer.byName("sgd")).batchSize(32).listener(listener).build()) {
      self.set(trainer);
      History history = trainer.fit(data, data, 5);
      assertThat(batches).containsExactly(32, 64, 96, 100, 32, 64);
      assertThat(history.cancelled()).isTrue();
      assertThat(history.epochs()).hasSize(1).isEqualTo(epochs);
      assertThat(history.last().validationAccuracy()).isBetween(0.0, 1.0);
      assertThat(trainer.fit(data, null, 1).cancelled()).as("a later fit starts afresh").isFalse();
    }
  }

  @Test
  @DisplayName("regression with float targets learns a line")
  void regression() {
    float[] x = new float[64];
    float[] y = new float[64];
    for (int i = 0; i < 64; i++) {
      x[i] = i / 32f - 1;
      y[i] = 3 * x[i] - 0.5f;
    }
    Sequential line = Sequential.of(Shape.of(1), Dense.of(1));
    try (Dataset data = Dataset.of(x, y, Shape.of(1), 1);
        Model model = line.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("sgd").withLearningRate(0.3))
                .loss(Loss.meanSquaredError())
                .batchSize(16)
                .build()) {
      trainer.fit(data, null, 30);
      assertThat(trainer.evaluate(data).loss()).isLessThan(1e-4);
      assertThat(trainer.evaluate(data).accuracy()).isNaN();
    }
  }

  @Test
  @DisplayName("a loss that is no longer finite ends the training and says where")
  void divergence() {
    try (Dataset data = circle(200);
        Model model = NET.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("sgd").withLearningRate(1e30)).batchSize(32).build()) {
      assertThatThrownBy(() -> trainer.fit(data, null, 5))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("learning rate");
    }
  }

  @Test
  @DisplayName("a schedule that watches the loss lowers the rate when it no longer falls")
  void reducesOnPlateau() {
    Optimizer optimizer =
        Optimizer.byName("sgd").withLearningRate(1e-9).withSchedule(Schedule.reduceOnPlateau(0.5, 1));
    try (Dataset data = circle(64);
        Model model = NET.initialize(0);
        Trainer trainer = Trainer.builder(model, optimizer).build()) {
      trainer.fit(data, data, 6);
      assertThat(trainer.learningRate()).isLessThan(1e-9);
    }
  }

  @Test
  @DisplayName("clipping by the norm of each tensor works in a trainer")
  void clipsByTensor() {
    Optimizer optimizer = Optimizer.byName("sgd").withClipping(Clipping.byNorm(1e-12));
    try (Dataset data = circle(64);
        Model model = NET.initialize(0);
        Model before = NET.initialize(0);
        Trainer trainer = Trainer.builder(model, optimizer).build()) {
      trainer.fit(data, null, 1);
      assertThat(model.parameters().get(Memory.FLOAT, 0))
          .isCloseTo(before.parameters().get(Memory.FLOAT, 0), org.assertj.core.data.Offset.offset(1e-9f));
    }
  }

  @Test
  @DisplayName("data that does not fit the network or the loss is refused")
  void refusesWrongData() {
    try (Dataset three = Dataset.of(new float[6], new int[2], Shape.of(3));
        Dataset fourClasses = Dataset.of(new float[4], new int[] {0, 3}, Shape.of(2));
        Dataset targets = Dataset.of(new float[4], new float[2], Shape.of(2), 1);
        Model model = NET.initialize(0);
        Trainer trainer = Trainer.builder(model, Optimizer.byName("sgd")).build()) {
      assertThatThrownBy(() -> trainer.fit(three, null, 1)).hasMessageContaining("do not fit a network");
      assertThatThrownBy(() -> trainer.fit(fourClasses, null, 1)).hasMessageContaining("labels up to 3");
      assertThatThrownBy(() -> trainer.evaluate(targets)).hasMessageContaining("needs labels");
      assertThatThrownBy(() -> Dataset.of(new float[5], new int[2], Shape.of(2)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Dataset.of(new float[4], new int[] {0, -1}, Shape.of(2)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("a model cannot be closed under a trainer, nor a trainer used after closing")
  void closing() {
    Model model = NET.initialize(0);
    Trainer trainer = Trainer.builder(model, Optimizer.byName("adam")).build();
    assertThatThrownBy(model::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("in use");
    trainer.close();
    trainer.close();
    try (Dataset data = circle(10)) {
      assertThatThrownBy(() -> trainer.evaluate(data)).hasMessageContaining("closed");
    }
    model.close();
    model.close();
    assertThatThrownBy(model::parameters).hasMessageContaining("closed");
  }

  @Test
  @DisplayName("each epoch visits every sample once, in another order, which seed and epoch decide")
  void shuffles() {
    try (Dataset data = circle(300);
        Model a = NET.initialize(0);
        Model b = NET.initialize(0);
        Model c = NET.initialize(0);
        Trainer first = Trainer.builder(a, Optimizer.byName("sgd")).seed(1).build();
        Trainer same = Trainer.builder(b, Optimizer.byName("sgd")).seed(1).build();
        Trainer other = Trainer.builder(c, Optimizer.byName("sgd")).seed(2).build()) {
      first.fit(data, null, 2);
      same.fit(data, null, 1);
      same.fit(data, null, 1);
      other.fit(data, null, 2);
      assertThat(b.parametersSha256()).isEqualTo(a.parametersSha256());
      assertThat(c.parametersSha256()).isNotEqualTo(a.parametersSha256());
    }
  }
}
