package dev.lanewise.engine.optim;

/**
 * What all rules have in common. Immutable.
 *
 * @param convention whose arithmetic to follow
 * @param learningRate the base rate, which the schedule modifies
 * @param schedule the course of the rate
 * @param l2 coupled decay: g += l2 w
 * @param weightDecay decoupled decay: w -= rate weightDecay w
 * @param clipping what happens to large gradients
 */
record Settings(
    Convention convention,
    double learningRate,
    Schedule schedule,
    double l2,
    double weightDecay,
    Clipping clipping) {

  Settings {
    Require.nonNegative("the learning rate", learningRate);
    Require.nonNegative("L2 decay", l2);
    Require.nonNegative("weight decay", weightDecay);
  }

  static Settings keras(double learningRate) {
    return of(Convention.KERAS, learningRate);
  }

  static Settings pytorch(double learningRate) {
    return of(Convention.PYTORCH, learningRate);
  }

  private static Settings of(Convention convention, double learningRate) {
    return new Settings(convention, learningRate, Schedule.constant(), 0, 0, Clipping.none());
  }

  Settings withLearningRate(double rate) {
    return new Settings(convention, rate, schedule, l2, weightDecay, clipping);
  }

  Settings withSchedule(Schedule course) {
    return new Settings(convention, learningRate, course, l2, weightDecay, clipping);
  }

  Settings withL2(double decay) {
    return new Settings(convention, learningRate, schedule, decay, weightDecay, clipping);
  }

  Settings withWeightDecay(double decay) {
    return new Settings(convention, learningRate, schedule, l2, decay, clipping);
  }

  Settings withClipping(Clipping other) {
    return new Settings(convention, learningRate, schedule, l2, weightDecay, other);
  }
}
