package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** The copies behind {@link Convolution#lower}. Pure data movement: no twin is needed. */
final class Lowering {
  private Lowering() {}

  /** {@code [rows][output column][kernelWidth * channels]}; padding is written as zeros. */
  static void rowWindows(
      ConvolutionShape s, int rows, MemorySegment image, long imageOffset, MemorySegment columns, long to) {
    int window = s.kernelWidth() * s.channels();
    for (int row = 0; row < rows; row++) {
      windows(s, row - s.padTop(), image, imageOffset, columns, to + (long) row * s.outputWidth() * window, window);
    }
  }

  /** {@code [output row][output column][kernelHeight * kernelWidth * channels]}; padding is written as zeros. */
  static void wholeWindows(
      ConvolutionShape s, MemorySegment image, long imageOffset, MemorySegment columns, long to) {
    int window = s.kernelWidth() * s.channels();
    int taps = s.taps();
    for (int row = 0; row < s.outputHeight(); row++) {
      for (int i = 0; i < s.kernelHeight(); i++) {
        int y = row * s.strideHeight() + i * s.dilationHeight() - s.padTop();
        long target = to + (long) row * s.outputWidth() * taps + (long) i * window;
        windows(s, y, image, imageOffset, columns, target, taps);
      }
    }
  }

  /** What each output column sees in row {@code y} of the image, {@code pitch} apart. */
  private static void windows(
      ConvolutionShape s, int y, MemorySegment image, long imageOffset, MemorySegment columns, long to, int pitch) {
    int channels = s.channels();
    int window = s.kernelWidth() * channels;
    long source = imageOffset + (long) y * s.width() * channels;
    boolean inside = y >= 0 && y < s.height();
    if (inside && s.dilationWidth() == 1 && within(s)) {
      Packing.rows(image, source, (long) s.strideWidth() * channels, s.outputWidth(), window, columns, to, pitch);
      return;
    }
    for (int x = 0; x < s.outputWidth(); x++) {
      long target = to + (long) x * pitch;
      if (inside) {
        window(s, x * s.strideWidth() - s.padLeft(), image, source, columns, target);
      } else {
        Memory.zero(columns, target, window);
      }
    }
  }

  /** Whether no window reaches over the left or the right side. */
  private static boolean within(ConvolutionShape s) {
    return s.padLeft() == 0 && (s.outputWidth() - 1) * s.strideWidth() + s.reachWidth() <= s.width();
  }

  /** One window tap by tap, where it is dilated or reaches over the image's side. */
  private static void window(
      ConvolutionShape s, int first, MemorySegment image, long source, MemorySegment columns, long target) {
    int channels = s.channels();
    for (int j = 0; j < s.kernelWidth(); j++) {
      int x = first + j * s.dilationWidth();
      long to = target + (long) j * channels;
      if (x < 0 || x >= s.width()) {
        Memory.zero(columns, to, channels);
      } else {
        Memory.copy(image, source + (long) x * channels, columns, to, channels);
      }
    }
  }

  /** {@code [kernel row][kernel column][channel][output pixel]}; padding is written as zeros. */
  static void tapMajor(
      ConvolutionShape s, MemorySegment image, long imageOffset, MemorySegment columns, long to) {
    long target = to;
    boolean plain =
        s.channels() == 1
            && s.strideWidth() == 1
            && within(s)
            && s.padTop() == 0
            && (s.outputHeight() - 1) * s.strideHeight() + s.reachHeight() <= s.height();
    for (int i = 0; i < s.kernelHeight(); i++) {
      for (int j = 0; j < s.kernelWidth(); j++) {
        for (int c = 0; c < s.channels(); c++) {
          if (plain) {
            Packing.rows(
                image, imageOffset + (long) i * s.dilationHeight() * s.width() + (long) j * s.dilationWidth(),
                (long) s.strideHeight() * s.width(), s.outputHeight(), s.outputWidth(), columns, target,
                s.outputWidth());
            target += (long) s.outputHeight() * s.outputWidth();
            continue;
          }
          for (int row = 0; row < s.outputHeight(); row++) {
            int y = row * s.strideHeight() + i * s.dilationHeight() - s.padTop();
            int x = j * s.dilationWidth() - s.padLeft();
            if (y < 0 || y >= s.height()) {
              Memory.zero(columns, target, s.outputWidth());
            } else {
              tapRow(s, image, imageOffset + (long) y * s.width() * s.channels() + c, x, columns, target);
            }
            target += s.outputWidth();
          }
        }
      }
    }
  }

  /** What one tap sees along an output row, starting at input column {@code x}. */
  private static void tapRow(
      ConvolutionShape s, MemorySegment image, long source, int x, MemorySegment columns, long target) {
    for (int column = 0; column < s.outputWidth(); column++) {
      int at = x + column * s.strideWidth();
      float value = at < 0 || at >= s.width() ? 0f : Memory.get(image, source + (long) at * s.channels());
      Memory.set(columns, target + column, value);
    }
  }
}
