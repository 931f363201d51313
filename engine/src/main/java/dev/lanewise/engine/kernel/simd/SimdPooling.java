package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Pooling with vectors along the channels; the contract is in {@code kernel.Pooling}. Where channels
 * are no multiple of the lanes, the last vector of a position is masked.
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
        long corner = bytes(((long) top * w + left) * c);
        long o = bytes(((long) y * outW + x) * c);
        int y0 = Math.max(0, -top);
        int y1 = Math.min(kh, h - top);
        int x0 = Math.max(0, -left);
        int x1 = Math.min(kw, w - left);
        for (int channel = 0; channel < c; channel += LANES) {
          int some = c - channel;
          long p = bytes(channel);
          FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
          FloatVector at = FloatVector.broadcast(SPECIES, y0 * kw + x0);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector value = Tail.load(from, i, some);
              VectorMask<Float> better =
                  value.compare(LE, best).not().and(best.compare(EQ, best));
              best = best.blend(value, better);
              at = at.blend(ky * kw + kx, better);
            }
          }
          Tail.store(best, to, (o + p) & Window.MASK, some);
          Tail.store(at, code, (o + p) & Window.MASK, some);
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
    clear(to, (long) h * w * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int top = y * strideH - padTop;
        int left = x * strideW - padLeft;
        long corner = bytes(((long) top * w + left) * c);
        long o = bytes(((long) y * outW + x) * c);
        int y0 = Math.max(0, -top);
        int y1 = Math.min(kh, h - top);
        int x0 = Math.max(0, -left);
        int x1 = Math.min(kw, w - left);
        for (int channel = 0; channel < c; channel += LANES) {
          int some = c - channel;
          long p = bytes(channel);
          FloatVector gradient = Tail.load(from, (o + p) & Window.MASK, some);
          FloatVector at = Tail.load(code, (o + p) & Window.MASK, some);
          for (int ky = y0; ky < y1; ky++) {
            for (int kx = x0; kx < x1; kx++) {
              long i = (corner + p + bytes(((long) ky * w + kx) * c)) & Window.MASK;
              FloatVector before = Tail.load(to, i, some);
              VectorMask<Float> mine = at.compare(EQ, (float) (ky * kw + kx));
              Tail.store(before.blend(before.add(gradient), mine), to, i, some);
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
        long o = bytes(((long) y * outW + x) * c);
        for (int channel = 0; channel < c; channel += LANES) {
          int some = c - channel;
          long p = bytes(channel);
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              long i = (p + bytes(((long) iy * w + ix) * c)) & Window.MASK;
              sum = sum.add(Tail.load(from, i, some));
            }
          }
          Tail.store(sum.div(count), to, (o + p) & Window.MASK, some);
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
    clear(to, (long) h * w * c);
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int y0 = Math.max(0, y * strideH - padTop);
        int y1 = Math.min(h, y * strideH - padTop + kh);
        int x0 = Math.max(0, x * strideW - padLeft);
        int x1 = Math.min(w, x * strideW - padLeft + kw);
        float count = (float) (y1 - y0) * (x1 - x0);
        long o = bytes(((long) y * outW + x) * c);
        for (int channel = 0; channel < c; channel += LANES) {
          int some = c - channel;
          long p = bytes(channel);
          FloatVector share = Tail.load(from, (o + p) & Window.MASK, some).div(count);
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              long i = (p + bytes(((long) iy * w + ix) * c)) & Window.MASK;
              Tail.store(Tail.load(to, i, some).add(share), to, i, some);
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
    for (int channel = 0; channel < c; channel += LANES) {
      long p = bytes(channel) & Window.MASK;
      Tail.store(Tail.load(to, p, c - channel).div(positions), to, p, c - channel);
    }
  }

  /** See {@code kernel.Pooling#globalAverageBackward}. */
  public static void globalAverageBackward(
      MemorySegment dOut, long dOutOffset, int positions, int c, MemorySegment dIn, long dInOffset) {
    MemorySegment from = Window.of(dOut, dOutOffset, c);
    MemorySegment to = Window.of(dIn, dInOffset, (long) positions * c);
    for (int channel = 0; channel < c; channel += LANES) {
      int some = c - channel;
      FloatVector share = Tail.load(from, bytes(channel) & Window.MASK, some).div(positions);
      for (int p = 0; p < positions; p++) {
        Tail.store(share, to, bytes((long) p * c + channel) & Window.MASK, some);
      }
    }
  }

  /** See {@code kernel.Pooling#maxPool2x2Relu}. */
  public static void maxPool2x2Relu(
      MemorySegment rows, long offset, int width, int channels,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    MemorySegment from = Window.of(rows, offset, 2L * width * channels);
    MemorySegment to = Window.of(out, outOffset, (long) width / 2 * channels);
    MemorySegment code = Window.of(codes, codesOffset, (long) width / 2 * channels);
    long right = bytes(channels) & Window.MASK;
    long below = bytes((long) width * channels) & Window.MASK;
    for (int x = 0; x < width / 2; x++) {
      long i = bytes(2L * x * channels);
      long o = bytes((long) x * channels);
      int c = 0;
      for (; c <= channels - LANES; c += LANES) {
        long p = (i + bytes(c)) & Window.MASK;
        FloatVector v0 = load(from, p);
        FloatVector v1 = load(from, (p + right) & Window.MASK);
        FloatVector v2 = load(from, (p + below) & Window.MASK);
        FloatVector v3 = load(from, (p + below + right) & Window.MASK);
        FloatVector max = v0.max(v1).max(v2.max(v3));
        long q = (o + bytes(c)) & Window.MASK;
        store(max, to, q);
        store(code(v0, v1, v2, max), code, q);
      }
      if (c < channels) {
        VectorMask<Float> some = Tail.mask(channels - c);
        long p = (i + bytes(c)) & Window.MASK;
        FloatVector v0 = Tail.load(from, p, some);
        FloatVector v1 = Tail.load(from, (p + right) & Window.MASK, some);
        FloatVector v2 = Tail.load(from, (p + below) & Window.MASK, some);
        FloatVector v3 = Tail.load(from, (p + below + right) & Window.MASK, some);
        FloatVector max = v0.max(v1).max(v2.max(v3));
        long q = (o + bytes(c)) & Window.MASK;
        Tail.store(max, to, q, some);
        Tail.store(code(v0, v1, v2, max), code, q, some);
      }
    }
  }

  private static FloatVector code(
      FloatVector v0, FloatVector v1, FloatVector v2, FloatVector max) {
    FloatVector position =
        FloatVector.broadcast(SPECIES, 3f)
            .blend(2f, v2.compare(EQ, max))
            .blend(1f, v1.compare(EQ, max))
            .blend(0f, v0.compare(EQ, max));
    return FloatVector.broadcast(SPECIES, -1f).blend(position, max.compare(GT, 0f));
  }

  /** See {@code kernel.Pooling#unpool2x2Relu}. */
  public static void unpool2x2Relu(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int outWidth, int channels, MemorySegment dBand, long bandOffset, int rowPitch) {
    MemorySegment from = Window.of(dOut, dOutOffset, (long) outWidth * channels);
    MemorySegment code = Window.of(codes, codesOffset, (long) outWidth * channels);
    MemorySegment to = Window.of(dBand, bandOffset, rowPitch + 2L * outWidth * channels);
    FloatVector zero = FloatVector.zero(SPECIES);
    long right = bytes(channels) & Window.MASK;
    long below = bytes(rowPitch) & Window.MASK;
    for (int x = 0; x < outWidth; x++) {
      long o = bytes((long) x * channels);
      long i = bytes(2L * x * channels);
      int c = 0;
      for (; c <= channels - LANES; c += LANES) {
        long q = (o + bytes(c)) & Window.MASK;
        FloatVector gradient = load(from, q);
        FloatVector at = load(code, q);
        long p = (i + bytes(c)) & Window.MASK;
        store(zero.blend(gradient, at.compare(EQ, 0f)), to, p);
        store(zero.blend(gradient, at.compare(EQ, 1f)), to, (p + right) & Window.MASK);
        store(zero.blend(gradient, at.compare(EQ, 2f)), to, (p + below) & Window.MASK);
        store(zero.blend(gradient, at.compare(EQ, 3f)), to, (p + below + right) & Window.MASK);
      }
      if (c < channels) {
        VectorMask<Float> some = Tail.mask(channels - c);
        long q = (o + bytes(c)) & Window.MASK;
        FloatVector gradient = Tail.load(from, q, some);
        FloatVector at = Tail.load(code, q, some);
        long p = (i + bytes(c)) & Window.MASK;
        long p3 = (p + below + right) & Window.MASK;
        Tail.store(zero.blend(gradient, at.compare(EQ, 0f)), to, p, some);
        Tail.store(zero.blend(gradient, at.compare(EQ, 1f)), to, (p + right) & Window.MASK, some);
        Tail.store(zero.blend(gradient, at.compare(EQ, 2f)), to, (p + below) & Window.MASK, some);
        Tail.store(zero.blend(gradient, at.compare(EQ, 3f)), to, p3, some);
      }
    }
  }

  private static void clear(MemorySegment window, long floats) {
    FloatVector zero = FloatVector.zero(SPECIES);
    long i = 0;
    for (; i <= floats - LANES; i += LANES) {
      store(zero, window, bytes(i) & Window.MASK);
    }
    if (i < floats) {
      Tail.store(zero, window, bytes(i) & Window.MASK, (int) (floats - i));
    }
  }

  private static long bytes(long floats) {
    return floats * Float.BYTES;
  }
}
