package dev.lanewise.mnist.metrics;

import dev.lanewise.engine.train.EpochResult;

/**
 * What is known after an epoch.
 *
 * @param result losses, accuracies and times
 * @param step number of the epoch's last step in the run
 * @param learningRate of that step
 * @param seconds time of the run so far, as in {@link StepMetrics}
 */
public record EpochMetrics(EpochResult result, long step, double learningRate, double seconds) {}
