package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Pooling with vectors along the channels; the contract is in {@code kernel.Pooling}. Where channels
 * are no multiple of the lanes, the last vector of a position is masked.
 *
 * <p>The two kernels with a window of 2 by 2 written out leave the last channels to the scalar twin: as
 * many masked accesses can exceed what C2 inlines into one method (NodeCountInliningCutoff), and vectors
 * that cross a call become objects.
 */
public final class SimdPooling {
  private SimdPooling() {}

  /** See {@code kernel.Pooling#maxForward}. */
  public static void maxForward(
      MemorySegment in, long inOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    MemorySegment from = Window.of(in, inOffset, (long) h * w * c);
    MemorySegment to = Window.of(out, outOffset, (long) outH * outW * c);
    MemorySegment code = Window.of(codes, codesOffset, (long) outH * outW * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int top = y * strideH - padTop;
        int left = x * strideW - padLeft;
        long corner = Lanes.bytes(((long) top * w + left) * c);
        long o = Lanes.bytes(((long) y * outW + x) * c);
        int y0 = Math.max(0, -top);
        int y1 = Math.min(kh, h - top);
        int x0 = Math.max(0, -left);
        int x1 = Math.min(kw, w - left);
        int channel = 0;
        for (; channel <= c - LANES; channel += LANES) {
          long p = Lanes.bytes(channel);
          FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
          FloatVector at = FloatVector.broadcast(SPECIES, y0 * kw + x0);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + Lanes.bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector value = load(from, i);
              VectorMask<Float> better = Lanes.better(value, best);
              best = best.blend(value, better);
              at = at.blend(ky * kw + kx, better);
            }
          }
          store(best, to, (o + p) & Window.MASK);
          store(at, code, (o + p) & Window.MASK);
        }
        if (channel < c) {
          VectorMask<Float> some = Lanes.mask(c - channel);
          long p = Lanes.bytes(channel);
          FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
          FloatVector at = FloatVector.broadcast(SPECIES, y0 * kw + x0);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + Lanes.bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector value = Lanes.load(from, i, some);
              VectorMask<Float> better = Lanes.better(value, best);
              best = best.blend(value, better);
              at = at.blend(ky * kw + kx, better);
            }
          }
          Lanes.store(best, to, (o + p) & Window.MASK, some);
          Lanes.store(at, code, (o + p) & Window.MASK, some);
        }
      }
    }
  }

  /** See {@code kernel.Pooling#maxBackward}. */
  public static void maxBackward(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment dIn, long dInOffset) {
    MemorySegment from = Window.of(dOut, dOutOffset, (long) outH * outW * c);
    MemorySegment code = Window.of(codes, codesOffset, (long) outH * outW * c);
    MemorySegment to = Window.of(dIn, dInOffset, (long) h * w * c);
    clear(dIn, dInOffset, (long) h * w * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int top = y * strideH - padTop;
        int left = x * strideW - padLeft;
        long corner = Lanes.bytes(((long) top * w + left) * c);
        long o = Lanes.bytes(((long) y * outW + x) * c);
        int y0 = Math.max(0, -top);
        int y1 = Math.min(kh, h - top);
        int x0 = Math.max(0, -left);
        int x1 = Math.min(kw, w - left);
        int channel = 0;
        for (; channel <= c - LANES; channel += LANES) {
          long p = Lanes.bytes(channel);
          FloatVector gradient = load(from, (o + p) & Window.MASK);
          FloatVector at = load(code, (o + p) & Window.MASK);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + Lanes.bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector before = load(to, i);
              VectorMask<Float> mine = at.compare(EQ, (float) (ky * kw + kx));
              store(before.blend(before.add(gradient), mine), to, i);
            }
          }
        }
        if (channel < c) {
          VectorMask<Float> some = Lanes.mask(c - channel);
          long p = Lanes.bytes(channel);
          FloatVector gradient = Lanes.load(from, (o + p) & Window.MASK, some);
          FloatVector at = Lanes.load(code, (o + p) & Window.MASK, some);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + Lanes.bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector before = Lanes.load(to, i, some);
              VectorMask<Float> mine = at.compare(EQ, (float) (ky * kw + kx));
              Lanes.store(before.blend(before.add(gradient), mine), to, i, some);
            }
          }
        }
      }
    }
  }

  /** See {@code kernel.Pooling#averageForward}. */
  public static void averageForward(
      MemorySegment in, long inOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment out, long outOffset) {
    MemorySegment from = Window.of(in, inOffset, (long) h * w * c);
    MemorySegment to = Window.of(out, outOffset, (long) outH * outW * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int y0 = Math.max(0, y * strideH - padTop);
        int y1 = Math.min(h, y * strideH - padTop + kh);
        int x0 = Math.max(0, x * strideW - padLeft);
        int x1 = Math.min(w, x * strideW - padLeft + kw);
        float count = (float) (y1 - y0) * (x1 - x0);
        long o = Lanes.bytes(((long) y * outW + x) * c);
        int channel = 0;
        for (; channel <= c - LANES; channel += LANES) {
          long p = Lanes.bytes(channel);
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              sum = load(from, (p + Lanes.bytes(((long) iy * w + ix) * c)) & Window.MASK).add(sum);
            }
          }
          store(sum.div(count), to, (o + p) & Window.MASK);
        }
        if (channel < c) {
          VectorMask<Float> some = Lanes.mask(c - channel);
          long p = Lanes.bytes(channel);
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              long i = (p + Lanes.bytes(((long) iy * w + ix) * c)) & Window.MASK;
              sum = Lanes.load(from, i, some).add(sum);
            }
          }
          Lanes.store(sum.div(count), to, (o + p) & Window.MASK, some);
        }
      }
    }
  }

  /** See {@code kernel.Pooling#averageBackward}. */
  public static void averageBackward(
      MemorySegment dOut, long dOutOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment dIn, long dInOffset) {
    MemorySegment from = Window.of(dOut, dOutOffset, (long) outH * outW * c);
    MemorySegment to = Window.of(dIn, dInOffset, (long) h * w * c);
    clear(dIn, dInOffset, (long) h * w * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int y0 = Math.max(0, y * strideH - padTop);
        int y1 = Math.min(h, y * strideH - padTop + kh);
        int x0 = Math.max(0, x * strideW - padLeft);
        int x1 = Math.min(w, x * strideW - padLeft + kw);
        float count = (float) (y1 - y0) * (x1 - x0);
        long o = Lanes.bytes(((long) y * outW + x) * c);
        int channel = 0;
        for (; channel <= c - LANES; channel += LANES) {
          long p = Lanes.bytes(channel);
          FloatVector share = load(from, (o + p) & Window.MASK).div(count);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              long i = (p + Lanes.bytes(((long) iy * w + ix) * c)) & Window.MASK;
              store(load(to, i).add(share), to, i);
            }
          }
        }
        if (channel < c) {
          VectorMask<Float> some = Lanes.mask(c - channel);
          long p = Lanes.bytes(channel);
          FloatVector share = Lanes.load(from, (o + p) & Window.MASK, some).div(count);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              long i = (p + Lanes.bytes(((long) iy * w + ix) * c)) & Window.MASK;
              Lanes.store(Lanes.load(to, i, some).add(share), to, i, some);
            }
          }
        }
      }
    }
  }

  /** See {@code kernel.Pooling#globalAverageForward}. */
  public static void globalAverageForward(
      MemorySegment in, long inOffset, int positions, int c, MemorySegment out, long outOffset) {
    SimdReduction.columnSum(in, inOffset, positions, c, c, out, outOffset, false);
    MemorySegment to = Window.of(out, outOffset, c);
    int channel = 0;
    for (; channel <= c - LANES; channel += LANES) {
      long p = Lanes.bytes(channel);
      store(load(to, p).div(positions), to, p);
    }
    if (channel < c) {
      VectorMask<Float> some = Lanes.mask(c - channel);
      long p = Lanes.bytes(channel);
      Lanes.store(Lanes.load(to, p, some).div(positions), to, p, some);
    }
  }

  /** See {@code kernel.Pooling#globalAverageBackward}. */
  public static void globalAverageBackward(
      MemorySegment dOut, long dOutOffset, int positions, int c, MemorySegment dIn, long dInOffset) {
    MemorySegment from = Window.of(dOut, dOutOffset, c);
    MemorySegment to = Window.of(dIn, dInOffset, (long) positions * c);
    int channel = 0;
    for (; channel <= c - LANES; channel += LANES) {
      FloatVector share = load(from, Lanes.bytes(channel)).div(positions);
      for (int p = 0; p < positions; p++) {
        store(share, to, Lanes.bytes((long) p * c + channel));
      }
    }
    if (channel < c) {
      VectorMask<Float> some = Lanes.mask(c - channel);
      FloatVector share = Lanes.load(from, Lanes.bytes(channel), some).div(positions);
      for (int p = 0; p < positions; p++) {
        Lanes.store(share, to, Lanes.bytes((long) p * c + channel), some);
      }
    }
  }

  /**
   * See {@code kernel.Pooling#maxPool2x2Relu}.
   *
   * @return the channels done, as many as fill whole vectors; the rest is left alone
   */
  public static int maxPool2x2Relu(
      MemorySegment rows, long offset, int width, int channels,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    MemorySegment from = Window.of(rows, offset, 2L * width * channels);
    MemorySegment to = Window.of(out, outOffset, (long) width / 2 * channels);
    MemorySegment code = Window.of(codes, codesOffset, (long) width / 2 * channels);
    long right = Lanes.bytes(channels);
    long below = Lanes.bytes((long) width * channels);
    for (int x = 0; x < width / 2; x++) {
      long i = Lanes.bytes(2L * x * channels);
      long o = Lanes.bytes((long) x * channels);
      int c = 0;
      for (; c <= channels - LANES; c += LANES) {
        long p = (i + Lanes.bytes(c));
        FloatVector v0 = load(from, p);
        FloatVector v1 = load(from, (p + right) & Window.MASK);
        FloatVector v2 = load(from, (p + below) & Window.MASK);
        FloatVector v3 = load(from, (p + below + right) & Window.MASK);
        FloatVector max = v0.max(v1).max(v2.max(v3));
        long q = (o + Lanes.bytes(c));
        store(max, to, q);
        store(Lanes.code(v0, v1, v2, max), code, q);
      }
    }
    return channels & -LANES;
  }

  /**
   * See {@code kernel.Pooling#unpool2x2Relu}.
   *
   * @return the channels done, as many as fill whole vectors; the rest is left alone
   */
  public static int unpool2x2Relu(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int outWidth, int channels, MemorySegment dBand, long bandOffset, int rowPitch) {
    MemorySegment from = Window.of(dOut, dOutOffset, (long) outWidth * channels);
    MemorySegment code = Window.of(codes, codesOffset, (long) outWidth * channels);
    MemorySegment to = Window.of(dBand, bandOffset, rowPitch + 2L * outWidth * channels);
    FloatVector zero = FloatVector.zero(SPECIES);
    long right = Lanes.bytes(channels);
    long below = Lanes.bytes(rowPitch);
    for (int x = 0; x < outWidth; x++) {
      long o = Lanes.bytes((long) x * channels);
      long i = Lanes.bytes(2L * x * channels);
      int c = 0;
      for (; c <= channels - LANES; c += LANES) {
        long q = (o + Lanes.bytes(c));
        FloatVector gradient = load(from, q);
        FloatVector at = load(code, q);
        long p = (i + Lanes.bytes(c));
        store(zero.blend(gradient, at.compare(EQ, 0f)), to, p);
        store(zero.blend(gradient, at.compare(EQ, 1f)), to, (p + right) & Window.MASK);
        store(zero.blend(gradient, at.compare(EQ, 2f)), to, (p + below) & Window.MASK);
        store(zero.blend(gradient, at.compare(EQ, 3f)), to, (p + below + right) & Window.MASK);
      }
    }
    return channels & -LANES;
  }

  private static void clear(MemorySegment segment, long offset, long floats) {
    MemorySegment window = Window.of(segment, offset, floats);
    FloatVector zero = FloatVector.zero(SPECIES);
    long i = 0;
    for (; i <= floats - LANES; i += LANES) {
      store(zero, window, Lanes.bytes(i));
    }
    if (i < floats) {
      Lanes.store(zero, window, Lanes.bytes(i), Lanes.mask((int) (floats - i)));
    }
  }
}
