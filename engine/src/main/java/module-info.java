/**
 * The Lanewise engine: models, training and prediction in plain Java.
 *
 * <p>The vector module is optional at run time: without it the engine runs its scalar kernels.
 */
module dev.lanewise.engine {
  requires static java.management;
  requires static jdk.incubator.vector;
  requires static jdk.jfr;
  requires static jdk.management;
  requires static org.jspecify;

  exports dev.lanewise.engine.infer;
  exports dev.lanewise.engine.init;
  exports dev.lanewise.engine.io;
  exports dev.lanewise.engine.kernel;
  exports dev.lanewise.engine.loss;
  exports dev.lanewise.engine.memory;
  exports dev.lanewise.engine.model;
  exports dev.lanewise.engine.optim;
  exports dev.lanewise.engine.parallel;
  exports dev.lanewise.engine.train;
}
