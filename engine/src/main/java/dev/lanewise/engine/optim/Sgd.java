package dev.lanewise.engine.optim;

import dev.lanewise.engine.kernel.Update;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Gradient descent, plain, with {@link Momentum} or with {@link Nesterov} momentum.
 *
 * <p>Plain, in every framework: {@code w -= rate g}. No state.
 *
 * <p>Defaults: learning rate 0.01 (Keras, and PyTorch before its own became 0.001; the preset keeps
 * 0.01 so that the two differ in arithmetic alone).
 *
 * <p>Sources: Keras {@code sgd.py}, PyTorch {@code sgd.py}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Sgd extends Rule<Sgd> {
  private final double momentum;
  private final boolean nesterov;

  private Sgd(Settings settings, double momentum, boolean nesterov) {
    super(settings);
    this.momentum = Require.share("momentum", momentum);
    this.nesterov = nesterov;
  }

  /**
   * Keras's: rate 0.01.
   *
   * @return the description
   */
  public static Sgd keras() {
    return new Sgd(Settings.keras(0.01), 0, false);
  }

  /**
   * PyTorch's: rate 0.01.
   *
   * @return the description
   */
  public static Sgd pytorch() {
    return new Sgd(Settings.pytorch(0.01), 0, false);
  }

  /**
   * A copy with another momentum, with the formulas of {@link Momentum}.
   *
   * @param share at least 0 and less than 1; 0 for none
   * @return the copy
   */
  public Sgd withMomentum(double share) {
    return new Sgd(settings, share, nesterov);
  }

  /**
   * A copy with or without Nesterov's look ahead, with the formulas of {@link Nesterov}.
   *
   * @param ahead whether to look ahead; without effect while there is no momentum
   * @return the copy
   */
  public Sgd withNesterov(boolean ahead) {
    return new Sgd(settings, momentum, ahead);
  }

  @Override
  Sgd with(Settings other) {
    return new Sgd(other, momentum, nesterov);
  }

  @Override
  public String name() {
    return momentum == 0 ? "sgd" : nesterov ? "nesterov" : "momentum";
  }

  @Override
  public int slots() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  void describe(Map<String, Double> all) {
    all.put("momentum", momentum);
  }

  @Override
  void prepare(double rate, long step, OptimizerState state) {
    boolean keras = convention() == Convention.KERAS;
    state.factors[0] = (float) rate;
    state.factors[1] = (float) momentum;
    state.factors[2] = keras ? (float) -rate : 1; // Keras scales what goes into the velocity
    state.factors[3] = keras ? 1 : (float) -rate; // PyTorch what comes out of it
  }

  @Override
  void update(
      OptimizerState state,
      MemorySegment w,
      MemorySegment g,
      int shards,
      long pitch,
      long from,
      long to,
      float scale) {
    float[] f = state.factors;
    if (momentum == 0) {
      Update.sgd(
          w, g, shards, pitch, from, to, scale, state.limit(), state.l2(), state.decay(), f[0]);
    } else {
      Update.momentum(
          w,
          g,
          shards,
          pitch,
          state.slots(),
          state.floats(),
          from,
          to,
          scale,
          state.limit(),
          state.l2(),
          state.decay(),
          f[1],
          f[2],
          f[3],
          nesterov);
    }
  }
}
