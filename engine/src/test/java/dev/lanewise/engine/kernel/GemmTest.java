package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GemmTest {
  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(11);

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment random(long floats) {
    MemorySegment s = Memory.allocate(arena, floats);
    for (long i = 0; i < floats; i++) {
      Memory.set(s, i, (float) random.nextDouble(-1, 1));
    }
    return s;
  }

  /** Runs one multiplication and compares each element with the chain that the contract defines. */
  private void check(
      Gemm.Form form, int m, int n, int k, float alpha, float beta, boolean withBias, boolean relu, int gap) {
    boolean ta = form == Gemm.Form.TN;
    boolean tb = form == Gemm.Form.NT;
    int lda = (ta ? m : k) + gap;
    int ldb = (tb ? k : n) + 2 * gap;
    int ldc = n + gap;
    MemorySegment a = random((long) (ta ? k : m) * lda + 3);
    MemorySegment b = random((long) (tb ? n : k) * ldb);
    MemorySegment c = random((long) m * ldc);
    MemorySegment before = Memory.allocate(arena, (long) m * ldc);
    Memory.copy(c, 0, before, 0, (long) m * ldc);
    @Nullable MemorySegment bias = withBias ? random(n) : null;
    Gemm gemm = new Gemm(form, m, n, k, alpha, lda, ldb, beta, ldc, relu);
    gemm.run(a, 3, b, 0, c, 0, bias, 0, Memory.allocate(arena, gemm.workspaceFloats()), 0);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < ldc; j++) {
        float expected = Memory.get(before, (long) i * ldc + j);
        if (j < n) {
          float add = bias == null ? 0 : Memory.get(bias, j);
          expected = beta == 0 ? add : beta == 1 && bias == null ? expected : Math.fma(beta, expected, add);
          for (int l = 0; l < k; l++) {
            float x = Memory.get(a, 3 + (ta ? (long) l * lda + i : (long) i * lda + l));
            float y = Memory.get(b, tb ? (long) j * ldb + l : (long) l * ldb + j);
            expected = Math.fma(alpha == 1 ? x : alpha * x, y, expected);
          }
          expected = relu ? Math.max(expected, 0) : expected;
        }
        assertThat(Memory.get(c, (long) i * ldc + j))
            .as("%s %dx%dx%d, row %d, column %d", form, m, n, k, i, j)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("each form is one fma chain over ascending k, whatever the blocks")
  void isOneChain(Gemm.Form form) {
    check(form, 1, 1, 1, 1, 0, false, false, 0);
    check(form, 5, 7, 3, 1, 0, true, true, 2);
    check(form, 13, 33, 300, 1, 1, false, false, 1);
    check(form, 31, 70, 257, -0.5f, 0, true, false, 0);
    check(form, 24, 64, 9, 2, 0.25f, true, true, 3);
    check(form, 13, 130, 300, 1, 0, true, false, 1);
    check(form, 1027, 10, 20, 1, 0, false, true, 0);
    check(form, 1027, 66, 1031, 1, 1, false, true, 0);
    check(form, 7, 20, 1000, 1, 1, false, true, 1);
    check(form, 122, 20, 2050, 1, 0, true, true, 1);
    check(form, 3, 2050, 5, 1, 2, false, false, 0);
  }

  @Test
  @DisplayName("with beta 0, what stood in C does not matter, not even NaN")
  void betaZeroIgnoresC() {
    MemorySegment a = random(4);
    MemorySegment b = random(4);
    MemorySegment c = Memory.allocate(arena, 4);
    for (int i = 0; i < 4; i++) {
      Memory.set(c, i, Float.NaN);
    }
    Gemm gemm = new Gemm(Gemm.Form.NN, 2, 2, 2, 1, 2, 2, 0, 2, false);
    gemm.run(a, 0, b, 0, c, 0, null, 0, Memory.allocate(arena, gemm.workspaceFloats()), 0);
    for (int i = 0; i < 4; i++) {
      assertThat(Memory.get(c, i)).isFinite();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("shares give the bits of the whole, however many there are, also more than rows")
  void shares(Gemm.Form form) {
    int m = 11;
    int n = 37;
    int k = 400;
    int lda = form == Gemm.Form.TN ? m : k;
    int ldb = form == Gemm.Form.NT ? k : n;
    MemorySegment a = random((long) m * k + 2);
    MemorySegment b = random((long) k * n + 3);
    MemorySegment bias = random(n);
    MemorySegment whole = random((long) m * n);
    MemorySegment shared = Memory.allocate(arena, (long) m * n);
    MemorySegment start = Memory.allocate(arena, (long) m * n);
    start.copyFrom(whole);
    Gemm gemm = new Gemm(form, m, n, k, 2, lda, ldb, 0.5f, n, true);
    gemm.run(a, 2, b, 3, whole, 0, bias, 0, Memory.allocate(arena, gemm.workspaceFloats()), 0);
    for (int shares : new int[] {1, 2, 3, 16}) {
      SharedGemm cut = new SharedGemm(shares, form, m, n, k, 2, lda, ldb, 0.5f, n, true);
      MemorySegment workspace = Memory.allocate(arena, cut.workspaceFloats() + 1);
      shared.copyFrom(start);
      for (int share = shares - 1; share >= 0; share--) {
        cut.share(share, a, 2, b, 3, shared, 0, bias, 0, workspace, 1);
      }
      assertThat(shared.mismatch(whole)).as("%d shares", shares).isEqualTo(-1);
    }
    assertThatThrownBy(() -> new SharedGemm(0, form, m, n, k, 2, lda, ldb, 0, n, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shares");
  }

  @Test
  @DisplayName("(A + A') B equals A B + A' B up to rounding")
  void isLinear() {
    int size = 60;
    MemorySegment a = random(size * size);
    MemorySegment a2 = random(size * size);
    MemorySegment sum = Memory.allocate(arena, size * size);
    for (int i = 0; i < size * size; i++) {
      Memory.set(sum, i, Memory.get(a, i) + Memory.get(a2, i));
    }
    MemorySegment b = random(size * size);
    MemorySegment one = Memory.allocate(arena, size * size);
    MemorySegment both = Memory.allocate(arena, size * size);
    Gemm first = new Gemm(Gemm.Form.NN, size, size, size, 1, size, size, 0, size, false);
    Gemm add = new Gemm(Gemm.Form.NN, size, size, size, 1, size, size, 1, size, false);
    MemorySegment workspace = Memory.allocate(arena, first.workspaceFloats());
    first.run(sum, 0, b, 0, one, 0, null, 0, workspace, 0);
    first.run(a, 0, b, 0, both, 0, null, 0, workspace, 0);
    add.run(a2, 0, b, 0, both, 0, null, 0, workspace, 0);
    for (int i = 0; i < size * size; i++) {
      assertThat(Memory.get(one, i)).isCloseTo(Memory.get(both, i), org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  @Test
  @DisplayName("sizes, leading dimensions and extents that do not fit are refused")
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new Gemm(Gemm.Form.NN, 0, 1, 1, 1, 1, 1, 0, 1, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Gemm(Gemm.Form.NN, 2, 2, 3, 1, 2, 2, 0, 2, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leading dimensions");
    Gemm gemm = new Gemm(Gemm.Form.NN, 4, 16, 8, 1, 8, 16, 0, 16, false);
    MemorySegment workspace = Memory.allocate(arena, gemm.workspaceFloats());
    MemorySegment enough = random(128);
    MemorySegment tooShort = random(16);
    assertThatThrownBy(() -> gemm.run(tooShort, 0, enough, 0, enough, 64, null, 0, workspace, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> gemm.run(enough, 0, enough, 0, tooShort, 0, null, 0, workspace, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
