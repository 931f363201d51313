package dev.lanewise.mnist.training;

import dev.lanewise.engine.train.TrainingPosition;
import dev.lanewise.mnist.metrics.EpochMetrics;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.metrics.StepMetrics;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.Step;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down how a training went: its epochs, and its steps, thinned to a bounded number of points.
 *
 * <p>Thinned means averaged. A point stands for {@link #every} steps in a row, first for one. Whenever {@value
 * #MOST} points are full, neighbours become one and the number doubles. So the points cover all steps evenly,
 * and the memory is taken once: a step allocates nothing.
 */
public final class StepRecorder implements RunListener {
  /** Points at the most; even. */
  static final int MOST = 400;

  private static final MathContext DIGITS = new MathContext(6);

  private final long[] step = new long[MOST];
  private final double[] seconds = new double[MOST];
  private final double[] lossSum = new double[MOST];
  private final long[] samples = new long[MOST];
  private final double[] rate = new double[MOST];
  private final List<RunResult.Epoch> epochs = new ArrayList<>();
  private int every = 1;

  /** Index of the point that takes the next step, and the steps that it has. */
  private int point;

  private int taken;

  /** Images of the running epoch that were trained before the next step. */
  private int epochDone;

  /** The epochs of an earlier process are known, its steps are not. */
  @Override
  public void onResume(TrainingPosition position) {
    epochDone = position.samplesDone();
    position.history().forEach(epoch -> epochs.add(RunResult.Epoch.of(epoch)));
  }

  @Override
  public void onStep(StepMetrics metrics) {
    if (point == MOST) {
      halve();
    }
    int images = metrics.samplesDone() - epochDone;
    epochDone = metrics.samplesDone() == metrics.samples() ? 0 : metrics.samplesDone();
    step[point] = metrics.step();
    seconds[point] = metrics.seconds();
    rate[point] = metrics.learningRate();
    lossSum[point] += metrics.loss() * images;
    samples[point] += images;
    if (++taken == every) {
      taken = 0;
      point++;
    }
  }

  private void halve() {
    for (int i = 0; i < MOST / 2; i++) {
      step[i] = step[2 * i + 1];
      seconds[i] = seconds[2 * i + 1];
      rate[i] = rate[2 * i + 1];
      lossSum[i] = lossSum[2 * i] + lossSum[2 * i + 1];
      samples[i] = samples[2 * i] + samples[2 * i + 1];
    }
    point = MOST / 2;
    for (int i = point; i < MOST; i++) {
      lossSum[i] = 0;
      samples[i] = 0;
    }
    every *= 2;
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    epochs.add(RunResult.Epoch.of(epoch.result()));
  }

  /** Steps that a point stands for; the last one may have fewer. */
  int every() {
    return every;
  }

  /** The epochs so far. */
  public List<RunResult.Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** The points so far, in the order of the steps. Losses too large for a number are left out. */
  public List<Step> steps() {
    List<Step> points = new ArrayList<>();
    for (int i = 0; i < point + (taken > 0 ? 1 : 0); i++) {
      double loss = lossSum[i] / samples[i];
      if (Double.isFinite(loss) && Double.isFinite(rate[i])) {
        points.add(new Step(step[i], rounded(seconds[i]), rounded(loss), rounded(rate[i])));
      }
    }
    return points;
  }

  /** What a reader of the file needs of a number. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
