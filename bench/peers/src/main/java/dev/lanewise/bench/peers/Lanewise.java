package dev.lanewise.bench.peers;

import dev.lanewise.bench.ConvolutionBenchmark;
import dev.lanewise.bench.GemmBenchmark;
import dev.lanewise.bench.Work;
import dev.lanewise.bench.Workload;
import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.util.ArrayList;
import java.util.List;

/** The engine: the JMH benchmarks' own work, and what all others are compared with. */
final class Lanewise implements Peer {
  private static final long SEED = 0;

  /** The network with the parameters that every library starts from. */
  static Model model() {
    return Workload.network().initialize(SEED);
  }

  @Override
  public Job gemm(GemmBenchmark operands, int threads) {
    Work work = new Work();
    return new Job() {
      @Override
      public void run() {
        operands.gemm(work);
      }

      @Override
      public float[] result() {
        return Floats.of(operands.c);
      }
    };
  }

  @Override
  public Job convolution(ConvolutionBenchmark operands, Pass pass, int threads) {
    ConvolutionShape s = operands.shape;
    Work work = new Work();
    return new Job() {
      @Override
      public void run() {
        switch (pass) {
          case FORWARD -> operands.forward(work);
          case WEIGHT_GRADIENT -> operands.weightGradient(work);
          case DATA_GRADIENT -> operands.dataGradient(work);
        }
      }

      @Override
      public float[] result() {
        int images = operands.batch;
        return switch (pass) {
          case FORWARD ->
              Floats.unpadded(
                  operands.outputs, operands.outputPitch,
                  images * s.outputHeight() * s.outputWidth() * s.filters());
          case WEIGHT_GRADIENT -> Floats.of(operands.weightsGradient);
          case DATA_GRADIENT ->
              Floats.unpadded(
                  operands.imageGradient, operands.imagePitch, images * s.height() * s.width() * s.channels());
        };
      }
    };
  }

  @Override
  public Job training(Digits digits, Weights start, int threads) {
    return new Training(digits, threads);
  }

  private static final class Training implements Job {
    private final Dataset data;
    private final Model model = model();
    private final Trainer trainer;
    private final List<Dataset> batches = new ArrayList<>();
    private final float[] validation;
    private int step;

    Training(Digits digits, int threads) {
      data = digits.dataset();
      for (int i = 0; i < digits.batches(); i++) {
        batches.add(data.slice(i * Digits.BATCH, (i + 1) * Digits.BATCH));
      }
      trainer =
          Trainer.builder(model, Adam.keras()).batchSize(Digits.BATCH).threads(threads).shuffle(false).build();
      validation = digits.validation();
    }

    @Override
    public void run() {
      trainer.fit(batches.get(step++ % batches.size()), null, 1);
    }

    @Override
    public float[] result() {
      float[] logits = new float[Digits.VALIDATION * Digits.CLASSES];
      try (Predictor predictor = new Predictor(model, Digits.VALIDATION)) {
        predictor.predict(validation, logits, Digits.VALIDATION);
      }
      return logits;
    }

    @Override
    public void close() {
      trainer.close();
      model.close();
      data.close();
    }
  }

  @Override
  public Job prediction(float[] pixels, int batch, Weights weights, int threads) {
    Model model = model();
    Predictor predictor = Workload.predictor(model, batch);
    float[] logits = new float[batch * Digits.CLASSES];
    return new Job() {
      @Override
      public void run() {
        predictor.predict(pixels, logits, batch);
      }

      @Override
      public float[] result() {
        return logits;
      }

      @Override
      public void close() {
        predictor.close();
        model.close();
      }
    };
  }
}
