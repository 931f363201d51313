package dev.lanewise.bench.peers;

/** What a convolution computes. */
enum Pass {
  /** Images to outputs, with bias and ReLU. */
  FORWARD("forward"),
  /** The gradient of the weights, summed over the images. */
  WEIGHT_GRADIENT("weightGradient"),
  /** The gradient of the images. */
  DATA_GRADIENT("dataGradient");

  private final String text;

  Pass(String text) {
    this.text = text;
  }

  /** The pass that a case names behind its layer. */
  static Pass of(String text) {
    for (Pass pass : values()) {
      if (pass.text.equals(text)) {
        return pass;
      }
    }
    throw new IllegalArgumentException("no pass " + text);
  }
}
