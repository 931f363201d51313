package dev.lanewise.engine.model;

/**
 * Where the images of a group lie in a workspace.
 *
 * @param offset first float of the first image, a multiple of 16
 * @param pitch floats from one image to the next, a multiple of 16
 */
public record Buffer(long offset, int pitch) {
  /** First float of an image. */
  public long at(int image) {
    return offset + (long) image * pitch;
  }
}
