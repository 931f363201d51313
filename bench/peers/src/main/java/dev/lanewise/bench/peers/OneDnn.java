package dev.lanewise.bench.peers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;

import dev.lanewise.bench.ConvolutionBenchmark;
import dev.lanewise.bench.GemmBenchmark;
import dev.lanewise.engine.kernel.ConvolutionShape;
import java.util.Arrays;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * oneDNN, called through JavaCPP. Convolutions run in the memory formats that oneDNN chooses itself; reordering
 * operands into them is not timed. Its threads are OpenMP's: the environment says how many.
 */
final class OneDnn implements Peer {
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream queue = new stream(cpu);

  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    return new NativeProduct(operands) {
      @Override
      public void run() {
        int status = dnnl_sgemm((byte) 'N', (byte) 'N', m, n, k, 1, a, k, b, n, 0, c, n);
        if (status != dnnl.dnnl_success) {
          throw new IllegalStateException("dnnl_sgemm returned " + status);
        }
      }
    };
  }

  @Override
  public Job convolution(ConvolutionBenchmark operands, Pass pass, int threads) {
    return new Convolution(operands, pass);
  }

  /** One pass. JavaCPP's objects belong together and live as long as the JVM. */
  private final class Convolution implements Job {
    private static final long[] STRIDES = {1, 1};
    private static final long[] PADDING = {0, 0};

    private final primitive kernel;
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final memory.desc resultForm;
    private final memory result;
    private final int resultSize;

    Convolution(ConvolutionBenchmark operands, Pass pass) {
      ConvolutionShape s = operands.shape;
      long batch = operands.batch;
      long[] source = {batch, s.channels(), s.height(), s.width()};
      long[] filters = {s.filters(), s.channels(), s.kernelHeight(), s.kernelWidth()};
      long[] target = {batch, s.filters(), s.outputHeight(), s.outputWidth()};
      memory.desc anySource = desc(source, memory.format_tag.any);
      memory.desc anyFilters = desc(filters, memory.format_tag.any);
      memory.desc anyTarget = desc(target, memory.format_tag.any);
      memory.desc images = desc(source, memory.format_tag.nhwc);
      memory.desc weights = desc(filters, memory.format_tag.hwio);
      memory.desc outputs = desc(target, memory.format_tag.nhwc);
      memory.desc bias = desc(new long[] {s.filters()}, memory.format_tag.x);
      var direct = dnnl.algorithm.convolution_direct;
      switch (pass) {
        case FORWARD -> {
          post_ops relu = new post_ops();
          relu.append_eltwise(dnnl.algorithm.eltwise_relu, 0f, 0f);
          primitive_attr attributes = new primitive_attr();
          attributes.set_post_ops(relu);
          var chosen =
              new convolution_forward.primitive_desc(
                  cpu, dnnl.prop_kind.forward_training, direct, anySource, anyFilters, bias, anyTarget, STRIDES,
                  PADDING, PADDING, attributes, false);
          put(
              DNNL_ARG_SRC, images, chosen.src_desc(),
              Floats.unpadded(operands.images, operands.imagePitch, size(source)));
          put(DNNL_ARG_WEIGHTS, weights, chosen.weights_desc(), Floats.of(operands.weights));
          put(DNNL_ARG_BIAS, bias, bias, Floats.of(operands.bias));
          result = new memory(chosen.dst_desc(), cpu);
          arguments.put(DNNL_ARG_DST, result);
          resultForm = outputs;
          resultSize = size(target);
          kernel = new convolution_forward(chosen);
        }
        case WEIGHT_GRADIENT -> {
          var chosen =
              new convolution_backward_weights.primitive_desc(
                  cpu, direct, anySource, anyFilters, anyTarget, STRIDES, PADDING, PADDING,
                  forward(anySource, anyFilters, anyTarget));
          put(
              DNNL_ARG_SRC, images, chosen.src_desc(),
              Floats.unpadded(operands.images, operands.imagePitch, size(source)));
          put(
              DNNL_ARG_DIFF_DST, outputs, chosen.diff_dst_desc(),
              Floats.unpadded(operands.outputGradient, operands.outputPitch, size(target)));
          result = new memory(chosen.diff_weights_desc(), cpu);
          arguments.put(DNNL_ARG_DIFF_WEIGHTS, result);
          resultForm = weights;
          resultSize = size(filters);
          kernel = new convolution_backward_weights(chosen);
        }
        case DATA_GRADIENT -> {
          var chosen =
              new convolution_backward_data.primitive_desc(
                  cpu, direct, anySource, anyFilters, anyTarget, STRIDES, PADDING, PADDING,
                  forward(anySource, anyFilters, anyTarget));
          put(DNNL_ARG_WEIGHTS, weights, chosen.weights_desc(), Floats.of(operands.weights));
          put(
              DNNL_ARG_DIFF_DST, outputs, chosen.diff_dst_desc(),
              Floats.unpadded(operands.outputGradient, operands.outputPitch, size(target)));
          result = new memory(chosen.diff_src_desc(), cpu);
          arguments.put(DNNL_ARG_DIFF_SRC, result);
          resultForm = images;
          resultSize = size(source);
          kernel = new convolution_backward_data(chosen);
        }
        default -> throw new IllegalArgumentException("no pass " + pass);
      }
      queue._wait();
    }

    private convolution_forward.primitive_desc forward(
        memory.desc source, memory.desc filters, memory.desc target) {
      return new convolution_forward.primitive_desc(
          cpu, dnnl.prop_kind.forward_training, dnnl.algorithm.convolution_direct, source, filters, target, STRIDES,
          PADDING, PADDING);
    }

    /** Hands an operand over in the form that oneDNN chose. */
    private void put(int argument, memory.desc given, memory.desc chosen, float[] values) {
      memory plain = new memory(given, cpu, new FloatPointer(values));
      memory inForm = new memory(chosen, cpu);
      new reorder(plain, inForm).execute(queue, plain, inForm);
      queue._wait();
      arguments.put(argument, inForm);
    }

    @Override
    public void run() {
      kernel.execute(queue, arguments);
      queue._wait();
    }

    @Override
    public float[] result() {
      FloatPointer values = new FloatPointer(resultSize);
      memory plain = new memory(resultForm, cpu, values);
      new reorder(result, plain).execute(queue, result, plain);
      queue._wait();
      float[] copy = new float[resultSize];
      values.get(copy);
      return copy;
    }
  }

  private static memory.desc desc(long[] sizes, memory.format_tag form) {
    return new memory.desc(sizes, memory.data_type.f32, form);
  }

  private static int size(long... sizes) {
    return (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }
}
