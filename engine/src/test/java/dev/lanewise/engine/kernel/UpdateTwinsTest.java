package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.lanewise.engine.kernel.scalar.ScalarUpdate;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel in use gives the bits of the scalar reference: every rule and variant, several numbers
 * of shards, ranges at the ends and in the middle, special values, and not a float written outside.
 */
class UpdateTwinsTest {
  private static final int FLOATS = 272;
  private static final int[] SHARDS = {1, 2, 3, 8};
  private static final int[][] RANGES = {
    {0, 272}, {0, 16}, {256, 272}, {16, 32}, {48, 208}, {64, 64}
  };
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float[] SPECIAL = {
    0f, -0f, Float.NaN, INF, -INF, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e20f, -1e20f, 1f
  };

  /** Operands of one call. */
  record Operands(
      MemorySegment w, MemorySegment g, int shards, long pitch, MemorySegment slots, long from,
      long to, Common common) {}

  /** What precedes the rule. */
  record Common(float scale, float limit, float l2, float decay) {}

  /** A call of one of the twins. */
  interface Kernel {
    void run(Operands o);
  }

  /** A rule with factors, in both implementations. */
  record Twins(String name, int slots, Kernel used, Kernel reference) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Twins> rules() {
    List<Twins> all = new ArrayList<>();
    all.add(
        new Twins("sgd", 0,
            o -> Update.sgd(o.w, o.g, o.shards, o.pitch, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay, 0.01f),
            o -> ScalarUpdate.sgd(o.w, o.g, o.shards, o.pitch, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay, 0.01f)));
    for (boolean nesterov : new boolean[] {false, true}) {
      all.add(momentum("keras", -0.01f, 1f, nesterov));
      all.add(momentum("pytorch", 1f, -0.01f, nesterov));
    }
    all.add(adagrad("keras", 1e-7f, 0f));
    all.add(adagrad("pytorch", 0f, 1e-10f));
    for (boolean centered : new boolean[] {false, true}) {
      all.add(rmsprop("keras", 1e-7f, 0f, centered, false, 1f, 0.001f));
      all.add(rmsprop("keras", 1e-7f, 0f, centered, true, 0.001f, 1f));
      all.add(rmsprop("pytorch", 0f, 1e-8f, centered, false, 1f, 0.01f));
      all.add(rmsprop("pytorch", 0f, 1e-8f, centered, true, 1f, 0.01f));
    }
    for (boolean amsgrad : new boolean[] {false, true}) {
      all.add(
          new Twins("adam amsgrad=" + amsgrad, 3,
              o -> Update.adam(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                  o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                  3e-4f, 0.1f, 0.001f, 1e-8f, amsgrad),
              o -> ScalarUpdate.adam(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                  o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                  3e-4f, 0.1f, 0.001f, 1e-8f, amsgrad)));
    }
    all.add(
        new Twins("nadam", 2,
            o -> Update.nadam(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                1e-4f, 3e-4f, 0.1f, 0.001f, 1e-8f),
            o -> ScalarUpdate.nadam(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                1e-4f, 3e-4f, 0.1f, 0.001f, 1e-8f)));
    all.add(adamax("keras", 0f, 1e-7f));
    all.add(adamax("pytorch", 1e-8f, 0f));
    all.add(
        new Twins("adadelta", 2,
            o -> Update.adadelta(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay, 1f, 0.1f, 1e-6f),
            o -> ScalarUpdate.adadelta(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay, 1f, 0.1f, 1e-6f)));
    all.add(
        new Twins("lion", 1,
            o -> Update.lion(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                0.001f, 0.9f, 0.1f, 0.01f),
            o -> ScalarUpdate.lion(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
                o.common.scale, o.common.limit, o.common.l2, o.common.decay,
                0.001f, 0.9f, 0.1f, 0.01f)));
    return all.stream();
  }

  private static Twins momentum(String convention, float inner, float outer, boolean nesterov) {
    return new Twins((nesterov ? "nesterov " : "momentum ") + convention, 1,
        o -> Update.momentum(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.9f, inner, outer, nesterov),
        o -> ScalarUpdate.momentum(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.9f, inner, outer, nesterov));
  }

  private static Twins adagrad(String convention, float inside, float outside) {
    return new Twins("adagrad " + convention, 1,
        o -> Update.adagrad(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay, 0.01f, inside, outside),
        o -> ScalarUpdate.adagrad(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay, 0.01f, inside, outside));
  }

  private static Twins rmsprop(
      String convention, float inside, float outside, boolean centered, boolean momentum,
      float inner, float outer) {
    return new Twins(
        "rmsprop " + convention + " centered=" + centered + " momentum=" + momentum, 3,
        o -> Update.rmsprop(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.1f, inside, outside, centered, momentum, 0.9f, inner, outer),
        o -> ScalarUpdate.rmsprop(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.1f, inside, outside, centered, momentum, 0.9f, inner, outer));
  }

  private static Twins adamax(String convention, float inside, float outside) {
    return new Twins("adamax " + convention, 2,
        o -> Update.adamax(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.002f, 0.1f, 0.999f, inside, outside),
        o -> ScalarUpdate.adamax(o.w, o.g, o.shards, o.pitch, o.slots, FLOATS, o.from, o.to,
            o.common.scale, o.common.limit, o.common.l2, o.common.decay,
            0.002f, 0.1f, 0.999f, inside, outside));
  }

  private static final Common[] COMMON = {
    new Common(1f, INF, 0f, 0f), new Common(0.7f, 0.5f, 0.01f, -4e-6f)
  };

  @ParameterizedTest
  @MethodSource("rules")
  void bothTwinsGiveTheSameBits(Twins rule) {
    try (Arena arena = Arena.ofConfined()) {
      for (Common common : COMMON) {
        for (int shards : SHARDS) {
          for (int[] range : RANGES) {
            compare(arena, rule, common, shards, range, false);
            compare(arena, rule, common, shards, range, true);
          }
        }
      }
    }
  }

  private static void compare(
      Arena arena, Twins rule, Common common, int shards, int[] range, boolean special) {
    long pitch = FLOATS + 32;
    Random random = new Random(42);
    MemorySegment w = filled(arena, FLOATS, random, false, special);
    MemorySegment g = filled(arena, shards * pitch, random, false, special);
    MemorySegment slots = filled(arena, 3 * FLOATS, random, true, special);
    MemorySegment w2 = copy(arena, w);
    MemorySegment g2 = copy(arena, g);
    MemorySegment slots2 = copy(arena, slots);
    MemorySegment before = copy(arena, w);
    MemorySegment slotsBefore = copy(arena, slots);
    for (int step = 0; step < 3; step++) {
      rule.used.run(new Operands(w, g, shards, pitch, slots, range[0], range[1], common));
      rule.reference.run(new Operands(w2, g2, shards, pitch, slots2, range[0], range[1], common));
    }
    String what = rule + ", " + shards + " shards, " + range[0] + " to " + range[1];
    assertThat(bits(w)).as("parameters of %s", what).isEqualTo(bits(w2));
    assertThat(bits(slots)).as("slots of %s", what).isEqualTo(bits(slots2));
    assertThat(g.mismatch(g2)).as("gradients of %s", what).isEqualTo(-1);
    for (int i = 0; i < FLOATS; i++) {
      if (i < range[0] || i >= range[1]) {
        assertThat(bit(w, i)).as("parameter %d of %s", i, what).isEqualTo(bit(before, i));
        for (int slot = 0; slot < 3; slot++) {
          long at = (long) slot * FLOATS + i;
          assertThat(bit(slots, at))
              .as("slot %d of %s", slot, what)
              .isEqualTo(bit(slotsBefore, at));
        }
      }
    }
    for (long i = (long) rule.slots * FLOATS; i < 3 * FLOATS; i++) {
      assertThat(bit(slots, i)).as("no slot of %s", what).isEqualTo(bit(slotsBefore, i));
    }
  }

  @Test
  void sumsOfSquaresHaveTheSameBits() {
    try (Arena arena = Arena.ofConfined()) {
      for (int shards : SHARDS) {
        for (int[] range : RANGES) {
          MemorySegment g = filled(arena, shards * 400L, new Random(7), false, false);
          float used = Update.sumOfSquares(g, shards, 400, range[0], range[1]);
          float reference = ScalarUpdate.sumOfSquares(g, shards, 400, range[0], range[1]);
          assertThat(used).isEqualTo(reference);
          assertThat((double) used)
              .isCloseTo(squares(g, shards, range), withinPercentage(1e-3));
        }
      }
    }
  }

  private static double squares(MemorySegment g, int shards, int[] range) {
    double squares = 0;
    for (int i = range[0]; i < range[1]; i++) {
      double sum = 0;
      for (int shard = 0; shard < shards; shard++) {
        sum += Memory.get(g, shard * 400L + i);
      }
      squares += sum * sum;
    }
    return squares;
  }

  private static MemorySegment filled(
      Arena arena, long floats, Random random, boolean positive, boolean special) {
    MemorySegment segment = Memory.allocate(arena, floats);
    for (long i = 0; i < floats; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-6, 2)));
      if (special && random.nextInt(4) == 0) {
        value = SPECIAL[random.nextInt(SPECIAL.length)];
      }
      Memory.set(segment, i, positive ? Math.abs(value) : value);
    }
    return segment;
  }

  private static MemorySegment copy(Arena arena, MemorySegment source) {
    return arena.allocate(source.byteSize(), Memory.ALIGNMENT).copyFrom(source);
  }

  /** Bits, but with one NaN: which operand's NaN survives differs between instructions. */
  private static int[] bits(MemorySegment segment) {
    int[] bits = new int[(int) (segment.byteSize() / Float.BYTES)];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = bit(segment, i);
    }
    return bits;
  }

  private static int bit(MemorySegment segment, long i) {
    return Float.floatToIntBits(Memory.get(segment, i));
  }
}
