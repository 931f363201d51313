package dev.lanewise.engine.optim;

/**
 * Gives the common {@code with} methods the type of the rule they are called on, so that they chain
 * with its own: {@code Adam.keras().withLearningRate(0.002).withBeta1(0.8)}.
 *
 * @param <R> the rule itself
 */
abstract sealed class Rule<R extends Optimizer> extends Optimizer
    permits Sgd, Adagrad, RmsProp, Adam, Nadam, Adamax, Adadelta, Lion {

  Rule(Settings settings) {
    super(settings);
  }

  /** The same rule and hyper-parameters with other common settings. */
  abstract R with(Settings settings);

  @Override
  public final R withLearningRate(double rate) {
    return with(settings.withLearningRate(rate));
  }

  @Override
  public final R withSchedule(Schedule schedule) {
    return with(settings.withSchedule(schedule));
  }

  @Override
  public final R withL2(double decay) {
    return with(settings.withL2(decay));
  }

  @Override
  public final R withWeightDecay(double decay) {
    return with(settings.withWeightDecay(decay));
  }

  @Override
  public final R withClipping(Clipping clipping) {
    return with(settings.withClipping(clipping));
  }
}
