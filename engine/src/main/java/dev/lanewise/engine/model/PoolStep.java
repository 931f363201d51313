package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Pooling;
import dev.lanewise.engine.memory.Shape;
import org.jspecify.annotations.Nullable;

/** Max or average pooling over any window. */
final class PoolStep extends Step {
  /** A pooling's window. */
  record Window(int height, int width, int strideHeight, int strideWidth, boolean same) {}

  private final Window window;
  private final boolean max;
  private final int height;
  private final int width;
  private final int channels;
  private final int padTop;
  private final int padLeft;
  private final int outputHeight;
  private final int outputWidth;
  private final Buffer in;
  private final Buffer out;
  private final @Nullable Buffer inGradient;
  private final Buffer outGradient;
  private final Buffer codes;

  PoolStep(Plan plan, Plan.Junction junction, Shape shape, Window window, boolean max) {
    this.window = window;
    this.max = max;
    height = shape.dim(0);
    width = shape.dim(1);
    channels = shape.dim(2);
    padTop = Layers.padding(height, window.height(), window.strideHeight(), window.same());
    padLeft = Layers.padding(width, window.width(), window.strideWidth(), window.same());
    outputHeight = Layers.outputSize(height, window.height(), window.strideHeight(), window.same());
    outputWidth = Layers.outputSize(width, window.width(), window.strideWidth(), window.same());
    in = junction.in();
    out = junction.out();
    inGradient = junction.inGradient();
    outGradient = junction.outGradient();
    codes = max ? plan.reserve(out.pitch()) : out;
  }

  @Override
  void forward(Execution e) {
    for (int i = 0; i < e.images; i++) {
      if (max) {
        Pooling.maxForward(
            e.workspace, in.at(i), height, width, channels, window.height(), window.width(),
            window.strideHeight(), window.strideWidth(), padTop, padLeft, outputHeight, outputWidth,
            e.workspace, out.at(i), e.workspace, codes.at(i));
      } else {
        Pooling.averageForward(
            e.workspace, in.at(i), height, width, channels, window.height(), window.width(),
            window.strideHeight(), window.strideWidth(), padTop, padLeft, outputHeight, outputWidth,
            e.workspace, out.at(i));
      }
    }
  }

  @Override
  void backward(Execution e) {
    if (inGradient == null) {
      return;
    }
    for (int i = 0; i < e.images; i++) {
      if (max) {
        Pooling.maxBackward(
            e.workspace, outGradient.at(i), e.workspace, codes.at(i), height, width, channels,
            window.height(), window.width(), window.strideHeight(), window.strideWidth(), padTop, padLeft,
            outputHeight, outputWidth, e.workspace, inGradient.at(i));
      } else {
        Pooling.averageBackward(
            e.workspace, outGradient.at(i), height, width, channels, window.height(), window.width(),
            window.strideHeight(), window.strideWidth(), padTop, padLeft, outputHeight, outputWidth,
            e.workspace, inGradient.at(i));
      }
    }
  }
}
