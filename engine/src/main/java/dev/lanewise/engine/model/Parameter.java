package dev.lanewise.engine.model;

import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.memory.Shape;

/**
 * One trainable tensor of a network and its place in the flat parameter segment.
 *
 * @param name {@code <layer index>.<layer>.<weight or bias>}, for example {@code 0.conv2d.weight}
 * @param shape sizes; weights {@code [kernelHeight, kernelWidth, in, out]} or {@code [in, out]}
 * @param offset first float in the parameter segment, a multiple of 16
 * @param fanIn inputs that feed an output
 * @param fanOut outputs that an input feeds
 * @param initializer first values
 */
public record Parameter(
    String name, Shape shape, long offset, int fanIn, int fanOut, Initializer initializer) {}
