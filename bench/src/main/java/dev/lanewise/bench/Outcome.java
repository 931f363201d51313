package dev.lanewise.bench;

import java.util.List;

/**
 * What one library reached with one piece of work.
 *
 * @param part the kind of work, for example "gemm"
 * @param what the case, for example "512"
 * @param threads threads that it had
 * @param library its name
 * @param unit what the rates count
 * @param rates one for each fork that measured something
 * @param shares as many: the part of the peak that was measured right before
 * @param remark why there is no rate or why it must not be compared, or empty
 */
public record Outcome(
    String part,
    String what,
    int threads,
    String library,
    String unit,
    List<Double> rates,
    List<Double> shares,
    String remark) {
  /** Whether it may be shown beside others. */
  boolean counts() {
    return remark.isEmpty() && !rates.isEmpty();
  }

  /** The middle fork's part of the peak; NaN if there is none. */
  double share() {
    return counts() ? Measure.median(shares.stream().mapToDouble(x -> x).sorted().toArray()) : Double.NaN;
  }

  /** The middle fork's rate; NaN if there is none. */
  double rate() {
    return counts() ? Measure.median(rates.stream().mapToDouble(x -> x).sorted().toArray()) : Double.NaN;
  }

  /** The slowest fork's part of the peak over the fastest's; NaN if there is none. */
  double spread() {
    return counts()
        ? shares.stream().mapToDouble(x -> x).min().orElse(Double.NaN)
            / shares.stream().mapToDouble(x -> x).max().orElse(Double.NaN)
        : Double.NaN;
  }
}
