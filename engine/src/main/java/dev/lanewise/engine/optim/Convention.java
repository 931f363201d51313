package dev.lanewise.engine.optim;

/**
 * Whose arithmetic a rule follows. Frameworks give the same name to rules that differ in epsilon's
 * place, the accumulators' first values or the place of the learning rate; every rule says how.
 */
public enum Convention {
  /** Keras 3, {@code keras/src/optimizers}. The default. */
  KERAS,
  /** PyTorch 2, {@code torch/optim}. */
  PYTORCH
}
