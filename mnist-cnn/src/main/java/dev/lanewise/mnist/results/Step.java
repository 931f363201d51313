package dev.lanewise.mnist.results;

/**
 * A point of a training's course, as it stands in results.json: one step, or the mean of some in a row.
 *
 * @param step number of the last update in it, from 1
 * @param seconds since the run began
 * @param loss mean loss of its training images, each measured before its update
 * @param learningRate of its last update
 */
public record Step(long step, double seconds, double loss, double learningRate) {}
