package dev.lanewise.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each layer's and loss's gradients against central differences: the loss with one parameter a little larger
 * and a little smaller.
 */
class GradientTest {
  private static final int IMAGES = 3;
  private static final float STEP = 2e-3f;

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(5);

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<Sequential> networks() {
    Shape image = Shape.of(8, 7, 2);
    return Stream.of(
        Sequential.of(Shape.of(5), Dense.of(4)),
        Sequential.of(Shape.of(5), Dense.of(7), new Tanh(), Dense.of(3)),
        Sequential.of(Shape.of(5), Dense.of(20), new ReLU(), Dense.of(3)),
        Sequential.of(Shape.of(5), Dense.of(7), new Sigmoid(), Dense.of(3)),
        Sequential.of(Shape.of(5), Dense.of(9), new LeakyReLU(0.2f), Dense.of(3)),
        Sequential.of(Shape.of(5), Dense.of(9), new Dropout(0.4f), Dense.of(3)),
        Sequential.of(image, Conv2D.of(3, 3), new Flatten(), Dense.of(3)),
        Sequential.of(image, Conv2D.of(4, 3), new Tanh(), Conv2D.of(5, 2), new Flatten(), Dense.of(3)),
        Sequential.of(
            image, Conv2D.of(4, 3).padSame().stride(2, 1), new Tanh(), Conv2D.of(3, 3).padSame().dilation(1, 2),
            new Flatten(), Dense.of(3)),
        Sequential.of(image, Conv2D.of(4, 2), new Tanh(), MaxPool2D.of(2), new Flatten(), Dense.of(3)),
        Sequential.of(
            image, Conv2D.of(4, 2), new Tanh(), MaxPool2D.of(3).stride(2, 1).padSame(), Conv2D.of(2, 1),
            new Flatten(), Dense.of(3)),
        Sequential.of(
            image, Conv2D.of(4, 2), new AveragePool2D(3, 2, 2, 2, true), new Flatten(), Dense.of(3)),
        Sequential.of(image, Conv2D.of(4, 2), new Tanh(), new GlobalAveragePool2D(), Dense.of(3)),
        Sequential.of(image, Conv2D.of(4, 2), new ReLU(), new Flatten(), Dense.of(3)),
        Sequential.of(
            image, Conv2D.of(4, 2), new ReLU(), MaxPool2D.of(2), Conv2D.of(6, 2), new ReLU(), MaxPool2D.of(2),
            new Flatten(), Dense.of(3)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  @DisplayName("gradients of all parameters agree with central differences of the cross-entropy")
  void crossEntropy(Sequential network) {
    check(network, Loss.softmaxCrossEntropy());
  }

  @Test
  @DisplayName("mean squared error and binary cross-entropy have right gradients")
  void otherLosses() {
    Sequential network = Sequential.of(Shape.of(5), Dense.of(7), new Tanh(), Dense.of(3));
    check(network, Loss.meanSquaredError());
    check(network, Loss.binaryCrossEntropy());
  }

  private void check(Sequential network, Loss loss) {
    try (Model model = network.initialize(1)) {
      MemorySegment parameters = model.parameters();
      Plan plan = new Plan(network, 4, true);
      MemorySegment packed = Memory.allocate(arena, plan.packedFloats());
      Execution e = new Execution(plan, arena, parameters, packed);
      MemorySegment gradients = Memory.allocate(arena, network.parameterFloats());
      int outputs = network.outputShape().size();
      MemorySegment labels = arena.allocate(IMAGES * 4L, 64);
      MemorySegment targets = Memory.allocate(arena, (long) IMAGES * outputs);
      for (int i = 0; i < IMAGES; i++) {
        labels.set(Memory.INT, i * 4L, i % outputs);
        for (int j = 0; j < outputs; j++) {
          Memory.set(targets, (long) i * outputs + j, (float) random.nextDouble());
        }
        for (int j = 0; j < network.inputShape().size(); j++) {
          Memory.set(e.workspace(), plan.input().at(i) + j, (float) random.nextDouble(-1, 1));
        }
      }
      e.images(IMAGES);
      e.gradients(gradients, 0);
      e.accumulate(false);
      e.position(1, 1, 0);
      MemorySegment target = loss.usesLabels() ? labels : targets;
      loss(plan, e, packed, loss, target, true);
      plan.backward(e);
      double base = loss(plan, e, packed, loss, target, false);
      int kinks = 0;
      int compared = 0;
      for (Parameter p : network.parameters()) {
        for (int i = 0; i < p.shape().size(); i++) {
          float value = Memory.get(parameters, p.offset() + i);
          Memory.set(parameters, p.offset() + i, value + STEP);
          double more = loss(plan, e, packed, loss, target, false);
          Memory.set(parameters, p.offset() + i, value - STEP);
          double less = loss(plan, e, packed, loss, target, false);
          Memory.set(parameters, p.offset() + i, value);
          double expected = (more - less) / (2 * STEP);
          double actual = Memory.get(gradients, p.offset() + i);
          double scale = 0.05 + Math.abs(expected);
          if (Math.abs(more - base - (base - less)) / STEP > 0.1 * scale) {
            // A ReLU or maximum changed sides between the two: the loss has no derivative here.
            kinks++;
            continue;
          }
          compared++;
          double error = Math.abs(actual - expected) / scale;
          assertThat(error).as("%s[%d]: %s, by differences %s", p.name(), i, actual, expected).isLessThan(0.02);
        }
      }
      assertThat(kinks).as("kinks, against %d comparisons", compared).isLessThan(1 + compared / 4);
    }
  }

  private static double loss(
      Plan plan, Execution e, MemorySegment packed, Loss loss, MemorySegment targets, boolean gradient) {
    plan.pack(e.parameters, packed);
    plan.forward(e, true);
    MemorySegment w = e.workspace();
    int classes = plan.outputs();
    return loss.evaluate(
            w, plan.output().at(0), plan.output().pitch(), IMAGES, classes, targets, 0, classes, 1f / IMAGES,
            gradient ? w : null, plan.outputGradient().at(0))
        / IMAGES;
  }

  @Test
  @DisplayName("a second group continues the gradient sums of the first")
  void accumulates() {
    Sequential network =
        Sequential.of(
            Shape.of(8, 7, 2), Conv2D.of(4, 2), new ReLU(), MaxPool2D.of(2), Conv2D.of(6, 2), new ReLU(),
            new Flatten(), Dense.of(3));
    try (Model model = network.initialize(1)) {
      Plan plan = new Plan(network, 2, true);
      MemorySegment packed = Memory.allocate(arena, plan.packedFloats());
      plan.pack(model.parameters(), packed);
      Execution e = new Execution(plan, arena, model.parameters(), packed);
      MemorySegment once = Memory.allocate(arena, network.parameterFloats());
      MemorySegment twice = Memory.allocate(arena, network.parameterFloats());
      for (int j = 0; j < network.inputShape().size(); j++) {
        float value = (float) random.nextDouble(-1, 1);
        Memory.set(e.workspace(), plan.input().at(0) + j, value);
        Memory.set(e.workspace(), plan.input().at(1) + j, value);
      }
      MemorySegment labels = arena.allocate(8, 64);
      e.images(2);
      backward(plan, e, labels, once, false);
      backward(plan, e, labels, twice, false);
      backward(plan, e, labels, twice, true);
      double total = 0;
      for (Parameter p : network.parameters()) {
        for (int i = 0; i < p.shape().size(); i++) {
          double single = Memory.get(once, p.offset() + i);
          total += Math.abs(single);
          assertThat((double) Memory.get(twice, p.offset() + i))
              .isCloseTo(2 * single, org.assertj.core.data.Offset.offset(1e-5));
        }
      }
      assertThat(total).isGreaterThan(0.1);
    }
  }

  private static void backward(
      Plan plan, Execution e, MemorySegment labels, MemorySegment gradients, boolean accumulate) {
    e.gradients(gradients, 0);
    e.accumulate(accumulate);
    plan.forward(e, true);
    MemorySegment w = e.workspace();
    Losses.softmaxCrossEntropy(
        w, plan.output().at(0), plan.output().pitch(), 2, 3, labels, 0, 1, w, plan.outputGradient().at(0));
    plan.backward(e);
  }
}
