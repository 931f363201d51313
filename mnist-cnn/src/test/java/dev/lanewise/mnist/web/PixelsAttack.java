package dev.lanewise.mnist.web;

/** Hands bytes of any kind to the reader of the JSON interface. */
public final class PixelsAttack {
  /** The largest picture that the server takes. */
  public static final long MOST_PIXELS = WebPredictions.MAX_PIXELS;

  private PixelsAttack() {}

  /**
   * Reads a body.
   *
   * @return the number of its pixels
   * @throws RuntimeException a WebException of status 400 if it is refused
   */
  public static int read(byte[] body) {
    try {
      return PixelsJson.read(body).length;
    } catch (WebException e) {
      if (e.status() != 400) {
        throw new AssertionError("status " + e.status(), e);
      }
      throw e;
    }
  }
}
