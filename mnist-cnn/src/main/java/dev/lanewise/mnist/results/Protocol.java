package dev.lanewise.mnist.results;

import java.util.List;

/**
 * What was asked for, as it stands in results.json.
 *
 * @param command repeats it, as one line of a shell
 * @param began when, in ISO 8601
 * @param optimizers the rules, in the order of the table
 * @param seeds one run of each rule for each of them
 * @param epochs passes over the training images
 * @param batchSize images in a batch
 * @param published whether the results may stand beside the published ones
 * @param network the network's layers, as in a model file
 * @param parameters how many it has
 */
public record Protocol(
    String command,
    String began,
    List<String> optimizers,
    List<Long> seeds,
    int epochs,
    int batchSize,
    boolean published,
    String network,
    long parameters) {

  public int runs() {
    return optimizers.size() * seeds.size();
  }
}
