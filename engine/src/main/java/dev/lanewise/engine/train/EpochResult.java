package dev.lanewise.engine.train;

/**
 * What an epoch of training came to.
 *
 * @param epoch number, from 1
 * @param trainLoss mean loss over the epoch's batches, each measured before its update
 * @param trainAccuracy share of right predictions over the same, 0 to 1; NaN without labels
 * @param validationLoss mean loss after the epoch; NaN without validation data
 * @param validationAccuracy share of right predictions, 0 to 1; NaN without validation data or labels
 * @param seconds time of training and validation
 * @param imagesPerSecond training samples per second, validation not counted
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double seconds,
    double imagesPerSecond) {}
