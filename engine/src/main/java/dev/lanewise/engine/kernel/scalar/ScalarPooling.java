package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Pooling, the readable reference; the contract is in {@code kernel.Pooling}. */
public final class ScalarPooling {
  private ScalarPooling() {}

  /** See {@code kernel.Pooling#maxForward}. */
  public static void maxForward(
      MemorySegment in, long inOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    long o = 0;
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int top = y * strideH - padTop;
        int left = x * strideW - padLeft;
        for (int channel = 0; channel < c; channel++, o++) {
          float best = Float.NEGATIVE_INFINITY;
          int code = -1;
          for (int ky = Math.max(0, -top); ky < Math.min(kh, h - top); ky++) {
            for (int kx = Math.max(0, -left); kx < Math.min(kw, w - left); kx++) {
              long i = inOffset + ((long) (top + ky) * w + left + kx) * c + channel;
              float value = Memory.get(in, i);
              if (code < 0 || (!(value <= best) && !Float.isNaN(best))) {
                best = value;
                code = ky * kw + kx;
              }
            }
          }
          Memory.set(out, outOffset + o, best);
          Memory.set(codes, codesOffset + o, code);
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
    clear(dIn, dInOffset, (long) h * w * c);
    long o = 0;
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int top = y * strideH - padTop;
        int left = x * strideW - padLeft;
        for (int channel = 0; channel < c; channel++, o++) {
          float code = Memory.get(codes, codesOffset + o);
          for (int ky = Math.max(0, -top); ky < Math.min(kh, h - top); ky++) {
            for (int kx = Math.max(0, -left); kx < Math.min(kw, w - left); kx++) {
              if (code == ky * kw + kx) {
                long i = dInOffset + ((long) (top + ky) * w + left + kx) * c + channel;
                add(dIn, i, Memory.get(dOut, dOutOffset + o));
              }
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
    long o = 0;
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int y0 = Math.max(0, y * strideH - padTop);
        int y1 = Math.min(h, y * strideH - padTop + kh);
        int x0 = Math.max(0, x * strideW - padLeft);
        int x1 = Math.min(w, x * strideW - padLeft + kw);
        float count = (float) (y1 - y0) * (x1 - x0);
        for (int channel = 0; channel < c; channel++, o++) {
          float sum = 0f;
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              sum += Memory.get(in, inOffset + ((long) iy * w + ix) * c + channel);
            }
          }
          Memory.set(out, outOffset + o, sum / count);
        }
      }
    }
  }

  /** See {@code kernel.Pooling#averageBackward}. */
  public static void averageBackward(
      MemorySegment dOut, long dOutOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment dIn, long dInOffset) {
    clear(dIn, dInOffset, (long) h * w * c);
    long o = 0;
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        int y0 = Math.max(0, y * strideH - padTop);
        int y1 = Math.min(h, y * strideH - padTop + kh);
        int x0 = Math.max(0, x * strideW - padLeft);
        int x1 = Math.min(w, x * strideW - padLeft + kw);
        float count = (float) (y1 - y0) * (x1 - x0);
        for (int channel = 0; channel < c; channel++, o++) {
          float share = Memory.get(dOut, dOutOffset + o) / count;
          for (int iy = y0; iy < y1; iy++) {
            for (int ix = x0; ix < x1; ix++) {
              add(dIn, dInOffset + ((long) iy * w + ix) * c + channel, share);
            }
          }
        }
      }
    }
  }

  /** See {@code kernel.Pooling#globalAverageForward}. */
  public static void globalAverageForward(
      MemorySegment in, long inOffset, int positions, int c, MemorySegment out, long outOffset) {
    ScalarReduction.columnSum(in, inOffset, positions, c, c, out, outOffset, false);
    for (int channel = 0; channel < c; channel++) {
      float sum = Memory.get(out, outOffset + channel);
      Memory.set(out, outOffset + channel, sum / positions);
    }
  }

  /** See {@code kernel.Pooling#globalAverageBackward}. */
  public static void globalAverageBackward(
      MemorySegment dOut, long dOutOffset, int positions, int c, MemorySegment dIn, long dInOffset) {
    for (int p = 0; p < positions; p++) {
      for (int channel = 0; channel < c; channel++) {
        float share = Memory.get(dOut, dOutOffset + channel) / positions;
        Memory.set(dIn, dInOffset + (long) p * c + channel, share);
      }
    }
  }

  /** See {@code kernel.Pooling#maxPool2x2Relu}; for the channels from {@code first} on. */
  public static void maxPool2x2Relu(
      MemorySegment rows, long offset, int width, int channels, int first,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    long below = (long) width * channels;
    for (int x = 0; x < width / 2; x++) {
      for (int c = first; c < channels; c++) {
        long i = offset + 2L * x * channels + c;
        float v0 = Memory.get(rows, i);
        float v1 = Memory.get(rows, i + channels);
        float v2 = Memory.get(rows, i + below);
        float v3 = Memory.get(rows, i + below + channels);
        float max = Math.max(Math.max(v0, v1), Math.max(v2, v3));
        int code = v0 == max ? 0 : v1 == max ? 1 : v2 == max ? 2 : 3;
        long o = (long) x * channels + c;
        Memory.set(out, outOffset + o, max);
        Memory.set(codes, codesOffset + o, max > 0f ? code : -1);
      }
    }
  }

  /** See {@code kernel.Pooling#unpool2x2Relu}; for the channels from {@code first} on. */
  public static void unpool2x2Relu(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int outWidth, int channels, int first, MemorySegment dBand, long bandOffset, int rowPitch) {
    for (int x = 0; x < outWidth; x++) {
      for (int c = first; c < channels; c++) {
        long o = (long) x * channels + c;
        long i = bandOffset + 2L * x * channels + c;
        float gradient = Memory.get(dOut, dOutOffset + o);
        float code = Memory.get(codes, codesOffset + o);
        Memory.set(dBand, i, code == 0 ? gradient : 0f);
        Memory.set(dBand, i + channels, code == 1 ? gradient : 0f);
        Memory.set(dBand, i + rowPitch, code == 2 ? gradient : 0f);
        Memory.set(dBand, i + rowPitch + channels, code == 3 ? gradient : 0f);
      }
    }
  }

  private static void clear(MemorySegment segment, long offset, long floats) {
    for (long i = 0; i < floats; i++) {
      Memory.set(segment, offset + i, 0f);
    }
  }

  private static void add(MemorySegment segment, long index, float value) {
    Memory.set(segment, index, Memory.get(segment, index) + value);
  }
}
