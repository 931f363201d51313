package dev.lanewise.mnist.metrics;

/**
 * What is known after a batch.
 *
 * @param epoch number of the epoch, from 1
 * @param step number of the step in the run, from 1
 * @param samplesDone images of the epoch trained so far
 * @param samples images of the epoch
 * @param loss mean loss of this batch, measured before its update
 * @param meanLoss mean loss of the epoch so far
 * @param accuracy share of right predictions in the epoch so far, 0 to 1
 * @param learningRate of this step
 * @param seconds time of the run so far, validations and what an earlier process took included
 */
public record StepMetrics(
    int epoch,
    long step,
    int samplesDone,
    int samples,
    double loss,
    double meanLoss,
    double accuracy,
    double learningRate,
    double seconds) {}
