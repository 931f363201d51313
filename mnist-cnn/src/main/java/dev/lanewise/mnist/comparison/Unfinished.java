package dev.lanewise.mnist.comparison;

import dev.lanewise.engine.train.EpochResult;
import java.nio.file.Path;

/**
 * Where a run is that has finished some of its epochs. Accuracies are shares from 0 to 1.
 *
 * @param optimizer the rule's name
 * @param seed of the run
 * @param epochs how many it is to have
 * @param last the last epoch that it finished
 * @param seconds the time so far
 * @param stateBytesPerParameter memory that the rule itself takes
 * @param best the epoch with the best validation accuracy; of equal ones that with the least loss
 * @param file the model as it was after the best epoch
 */
record Unfinished(
    String optimizer,
    long seed,
    int epochs,
    EpochResult last,
    double seconds,
    int stateBytesPerParameter,
    EpochResult best,
    Path file) {}
