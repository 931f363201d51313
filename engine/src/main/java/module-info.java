/**
 * The Lanewise engine: models, training and prediction in plain Java.
 *
 * <p>The vector module is optional at run time: without it the engine runs its scalar kernels.
 */
module dev.lanewise.engine {
  requires static java.management;
  requires static jdk.incubator.vector;
  requires static jdk.management;
  requires static org.jspecify;

  exports dev.lanewise.engine.memory;
}
