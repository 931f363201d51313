package dev.lanewise.engine.train;

/**
 * A model's result on a data set.
 *
 * @param samples number of samples
 * @param loss mean loss
 * @param accuracy share of right predictions, 0 to 1; NaN without labels
 */
public record Evaluation(int samples, double loss, double accuracy) {}
