package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.testing.Networks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final Sequential NET = Networks.small();
  private static final int INPUTS = NET.inputShape().size();
  private static final int OUTPUTS = NET.outputShape().size();

  private static float[] random(int count) {
    float[] values = new float[count * INPUTS];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return values;
  }

  @Test
  @DisplayName("an input's outputs have the same bits alone, in a batch and in a part of one")
  void batchDoesNotShow() {
    float[] inputs = random(5);
    try (Model model = NET.initialize(3);
        Predictor one = new Predictor(model);
        Predictor five = new Predictor(model, 5);
        Predictor eight = new Predictor(model, 8)) {
      float[] whole = new float[5 * OUTPUTS];
      float[] part = new float[5 * OUTPUTS];
      five.predict(inputs, whole, 5);
      eight.predict(inputs, part, 5);
      assertThat(part).containsExactly(whole);
      for (int i = 0; i < 5; i++) {
        float[] single = new float[OUTPUTS];
        one.predict(Arrays.copyOfRange(inputs, i * INPUTS, (i + 1) * INPUTS), single);
        assertThat(single).containsExactly(Arrays.copyOfRange(whole, i * OUTPUTS, (i + 1) * OUTPUTS));
      }
    }
  }

  @Test
  @DisplayName("arrays and segments, floats and pixels divided by 255 give the same bits")
  void kindsOfInput() {
    byte[] pixels = new byte[3 * INPUTS];
    new SplittableRandom(4).nextBytes(pixels);
    float[] floats = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      floats[i] = (pixels[i] & 0xFF) / 255f;
    }
    float[] expected = new float[3 * OUTPUTS];
    float[] output = new float[3 * OUTPUTS];
    try (Model model = NET.initialize(3);
        Predictor predictor = new Predictor(model, 3);
        Arena arena = Arena.ofConfined()) {
      predictor.predict(floats, expected, 3);
      predictor.predict(pixels, output, 3);
      assertThat(output).containsExactly(expected);

      for (boolean heap : new boolean[] {true, false}) {
        // One byte off, so that nothing is aligned.
        MemorySegment input = copy(arena, MemorySegment.ofArray(floats), heap);
        MemorySegment bytes = copy(arena, MemorySegment.ofArray(pixels), heap);
        MemorySegment results = copy(arena, MemorySegment.ofArray(new float[3 * OUTPUTS]), heap);
        predictor.predict(input, results, 3);
        assertThat(results.toArray(Memory.FLOAT)).containsExactly(expected);
        results.fill((byte) 0);
        predictor.predictPixels(bytes, results, 3);
        assertThat(results.toArray(Memory.FLOAT)).containsExactly(expected);
      }

      float[] one = Arrays.copyOf(floats, INPUTS);
      byte[] onePixels = Arrays.copyOf(pixels, INPUTS);
      assertThat(predictor.classify(onePixels)).isEqualTo(predictor.classify(one));
      float[] probabilities = new float[OUTPUTS];
      predictor.probabilities(one, probabilities);
      float[] ofPixels = new float[OUTPUTS];
      predictor.probabilities(onePixels, ofPixels);
      assertThat(ofPixels).containsExactly(probabilities);
      predictor.predict(onePixels, output = new float[OUTPUTS]);
      assertThat(output).containsExactly(Arrays.copyOf(expected, OUTPUTS));
    }
  }

  private static MemorySegment copy(Arena arena, MemorySegment source, boolean heap) {
    long size = source.byteSize();
    MemorySegment room = heap ? MemorySegment.ofArray(new byte[(int) size + 1]) : arena.allocate(size + 1);
    return room.asSlice(1).copyFrom(source);
  }

  @Test
  @DisplayName("segments that do not do are refused before anything happens, and the predictor goes on")
  void wrongSegments() throws InterruptedException {
    float[] input = random(1);
    float[] expected = new float[OUTPUTS];
    Arena closed = Arena.ofShared();
    MemorySegment freed = closed.allocate(INPUTS * 4L);
    closed.close();
    try (Model model = NET.initialize(3);
        Predictor predictor = new Predictor(model, 2);
        Arena arena = Arena.ofConfined()) {
      predictor.predict(input, expected);
      MemorySegment in = arena.allocateFrom(Memory.FLOAT, input);
      MemorySegment out = arena.allocate(OUTPUTS * 4L);

      assertThatThrownBy(() -> predictor.predict(in, out, 0)).hasMessageContaining("0 inputs");
      assertThatThrownBy(() -> predictor.predict(in, out, 3)).hasMessageContaining("3 inputs");
      assertThatThrownBy(() -> predictor.predict(in, out, 2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> predictor.predictPixels(in, out, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "1 input(s) of 12x11x1 and output(s) of 5 have 132 and 20 bytes, not 528 and 20");
      assertThatThrownBy(() -> predictor.predict(in.asSlice(0, 527), out, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> predictor.predict(in, out.asSlice(4), 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> predictor.predict(in, out.asReadOnly(), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> predictor.predict(freed, out, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("freed");
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread stranger =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((t, e) -> thrown.set(e))
              .start(() -> predictor.predict(in, out, 1));
      stranger.join();
      assertThat(thrown.get()).isInstanceOf(WrongThreadException.class);
      assertThat(out.toArray(Memory.FLOAT)).containsOnly(0);

      predictor.predict(in.asReadOnly(), out, 1);
      assertThat(out.toArray(Memory.FLOAT)).containsExactly(expected);
    }
  }

  @Test
  @DisplayName("warm-up ends with calls that allocate nothing, or at its limit and says so")
  void warmUp() {
    try (Model model = NET.initialize(3);
        Predictor predictor = new Predictor(model, 4)) {
      Readiness none = predictor.warmUp(Duration.ZERO);
      assertThat(none.ready()).isFalse();
      assertThat(none.calls()).isZero();

      Readiness readiness = predictor.warmUp(Duration.ofMinutes(5));
      assertThat(readiness.bytes()).isZero();
      assertThat(readiness.ready()).isTrue();
      assertThat(readiness.calls()).isGreaterThan(10 * 4 * 7);
      assertThat(readiness.nanos()).isPositive();
    }
  }

  @Test
  @DisplayName("probabilities sum to 1 and are largest for the class that classify gives")
  void probabilities() {
    float[] input = random(1);
    try (Model model = NET.initialize(3);
        Predictor predictor = new Predictor(model)) {
      float[] probabilities = new float[OUTPUTS];
      predictor.probabilities(input, probabilities);
      float sum = 0;
      int best = 0;
      for (int i = 0; i < OUTPUTS; i++) {
        sum += probabilities[i];
        best = probabilities[i] > probabilities[best] ? i : best;
      }
      assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6f));
      assertThat(predictor.classify(input)).isEqualTo(best);
    }
  }

  @Test
  @DisplayName("wrong lengths, use after closing and closing twice are met with one clear answer")
  void wrongUse() {
    Model model = NET.initialize(3);
    Predictor predictor = new Predictor(model);
    assertThatThrownBy(() -> predictor.predict(new float[3], new float[OUTPUTS]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> predictor.predict(new float[INPUTS], new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> predictor.predict(new float[2 * INPUTS], new float[2 * OUTPUTS], 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Predictor(model, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(model::close).hasMessageContaining("in use");
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.classify(new float[INPUTS])).hasMessageContaining("closed");
    model.close();
    assertThatThrownBy(() -> new Predictor(model)).hasMessageContaining("closed");
  }
}
