package dev.lanewise.engine.optim;

/**
 * The course of a learning rate: a function of the base rate and of the number of steps done
 * before. A step is one update of the parameters, so the first has number 0, as in Keras and
 * PyTorch.
 *
 * <p>Those given here give the same bits on every machine, for which they use {@link StrictMath} or
 * plain arithmetic, and do not allocate. Any function of the same kind will do, for example {@code
 * (base, step) -> step < 1000 ? base : base / 10}. Implementations must be immutable, safe for use
 * by any number of threads, and return a finite number that is not negative.
 */
@FunctionalInterface
public interface Schedule {

  /**
   * The rate of a step.
   *
   * @param base the optimizer's learning rate
   * @param step the number of steps before this one, 0 or more
   * @return the rate, 0 or more
   */
  double rate(double base, long step);

  /**
   * The base rate at every step, the default.
   *
   * @return the schedule
   */
  static Schedule constant() {
    return new ConstantRate();
  }

  /**
   * A rate that falls in steps; see {@link StepDecay}.
   *
   * @param every the number of steps that share a rate
   * @param factor what a rate is multiplied by for the next one
   * @return the schedule
   */
  static Schedule step(long every, double factor) {
    return new StepDecay(every, factor);
  }

  /**
   * A rate that falls exponentially; see {@link ExponentialDecay}.
   *
   * @param steps the number of steps in which the rate falls by the factor
   * @param factor the factor
   * @return the schedule
   */
  static Schedule exponential(long steps, double factor) {
    return new ExponentialDecay(steps, factor);
  }

  /**
   * A rate that falls with time; see {@link InverseTimeDecay}.
   *
   * @param steps the unit of time in steps
   * @param decay how much the divisor grows in a unit of time
   * @return the schedule
   */
  static Schedule inverseTime(long steps, double decay) {
    return new InverseTimeDecay(steps, decay);
  }

  /**
   * A rate that falls to an end value; see {@link PolynomialDecay}.
   *
   * @param steps the number of steps until the end value
   * @param end the rate from then on
   * @param power the exponent; 1 is a straight line
   * @return the schedule
   */
  static Schedule polynomial(long steps, double end, double power) {
    return new PolynomialDecay(steps, end, power);
  }

  /**
   * A rate that falls to zero along half a cosine; see {@link CosineDecay}.
   *
   * @param steps the number of steps until zero
   * @return the schedule
   */
  static Schedule cosine(long steps) {
    return new CosineDecay(steps, 0);
  }

  /**
   * Half a cosine over and over, each twice as long as the one before; see {@link CosineRestarts}.
   *
   * @param steps the first period's length
   * @return the schedule
   */
  static Schedule cosineRestarts(long steps) {
    return new CosineRestarts(steps, 2, 1, 0);
  }

  /**
   * One rise to the base rate and one fall, with PyTorch's defaults; see {@link OneCycle}.
   *
   * @param steps the number of steps of the whole training
   * @return the schedule
   */
  static Schedule oneCycle(long steps) {
    return new OneCycle(steps, 0.3, 25, 1e4);
  }

  /**
   * A rate that falls when a loss does not, with Keras's defaults but for two of them; see {@link
   * ReduceOnPlateau}.
   *
   * @param factor what the rate is multiplied by
   * @param patience epochs without progress before it is
   * @return the schedule
   */
  static Schedule reduceOnPlateau(double factor, int patience) {
    return new ReduceOnPlateau(true, factor, patience, 1e-4, 0, 0);
  }

  /**
   * This schedule after a linear rise from zero; see {@link WarmUp}.
   *
   * @param steps the number of steps of the rise
   * @return the schedule
   */
  default Schedule withWarmUp(long steps) {
    return new WarmUp(steps, 0, this);
  }
}
