package dev.lanewise.mnist.model;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.model.Model;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Recognises digits, for any number of threads: a fixed number of predictors over the same weights
 * is lent out.
 */
public final class DigitReader implements AutoCloseable {
  /**
   * What was recognised.
   *
   * @param probabilities of the digits 0 to 9
   * @param nanos what the engine needed for the prediction alone
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Answer(float[] probabilities, long nanos) {
    /** The most probable digit, the first of equals. */
    public int digit() {
      int best = 0;
      for (int i = 1; i < probabilities.length; i++) {
        if (probabilities[i] > probabilities[best]) {
          best = i;
        }
      }
      return best;
    }
  }

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration WARM_UP_ROUND = Duration.ofMillis(250);

  private final Weights weights;
  private final BlockingQueue<Predictor> idle;
  private final int predictors;
  private final String parametersSha256;
  private volatile boolean closing;

  /**
   * Takes a model's weights over.
   *
   * @param model may be closed afterwards
   * @param predictors how many predictions may run at the same time
   */
  public DigitReader(Model model, int predictors) {
    weights = new Weights(model);
    parametersSha256 = model.parametersSha256();
    this.predictors = predictors;
    idle = new ArrayBlockingQueue<>(predictors);
    for (int i = 0; i < predictors; i++) {
      idle.add(new Predictor(weights));
    }
  }

  public int predictors() {
    return predictors;
  }

  /** The fingerprint of the model's parameters. */
  public String parametersSha256() {
    return parametersSha256;
  }

  /**
   * Recognises a digit.
   *
   * @param pixels 784, in MNIST's form
   * @param patience how long to wait for a predictor
   * @return the answer, or null if none became free
   */
  public @Nullable Answer read(byte[] pixels, Duration patience) throws InterruptedException {
    Predictor predictor = idle.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (predictor == null) {
      return null;
    }
    try {
      float[] probabilities = new float[weights.network().outputShape().size()];
      long start = System.nanoTime();
      predictor.probabilities(pixels, probabilities);
      return new Answer(probabilities, System.nanoTime() - start);
    } finally {
      idle.add(predictor);
    }
  }

  /**
   * Predicts until the JIT compiler has done its work, or this is closed. In short rounds, so that
   * others get their turn.
   */
  public void warmUp() {
    long end = System.nanoTime() + WARM_UP.toNanos();
    boolean ready = false;
    while (!ready && !closing && System.nanoTime() < end) {
      try {
        Predictor predictor = idle.take();
        try {
          ready = predictor.warmUp(WARM_UP_ROUND).ready();
        } finally {
          idle.add(predictor);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Waits for the predictions that run, and frees the memory. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    for (int closed = 0; closed < predictors; ) {
      try {
        idle.take().close();
        closed++;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    weights.close();
  }
}
