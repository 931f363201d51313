package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rows of the start-up gate, and what it makes of them. */
class RowsRunTest {
  @Test
  @DisplayName("There is a row for each product, convolution, training, update and prediction, and no name twice")
  void rows() {
    List<String> names = Row.all().stream().map(Row::name).toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .contains(
            "gemm 64, 1 thread", "gemm 2048, 2 threads", "conv1 forward, 1 thread", "conv3 data, 2 threads",
            "training, 1 thread", "adam 93322, 1 thread", "adam 50000000, 2 threads", "prediction of 1, 1 thread")
        .doesNotContain("conv1 data, 1 thread");
  }

  @Test
  @DisplayName("A row is measured in its unit, beside its peak")
  void line() {
    for (Row row : Row.all()) {
      if (List.of("gemm 64, 2 threads", "conv3 data, 1 thread", "adam 93322, 1 thread").contains(row.name())) {
        String[] parts = RowsRun.line(row, 0.001).split("\t", -1);
        assertThat(parts[0]).isEqualTo(row.name());
        assertThat(Double.parseDouble(parts[1])).isPositive();
        assertThat(parts[2]).isEqualTo(row.name().startsWith("adam") ? "GB/s" : "GFLOP/s");
        assertThat(Double.parseDouble(parts[3])).isPositive();
      }
    }
  }

  @Test
  @DisplayName("The table has median, slowest, share and spread; the spread is that of the shares")
  void table() {
    RowSpread spread = new RowSpread();
    spread.add("gemm 64, 1 thread\t70.00\tGFLOP/s\t0.8000\nadam\t20.00\tGB/s\t0.9000");
    spread.add("gemm 64, 1 thread\t80.00\tGFLOP/s\t0.9000\nadam\t21.00\tGB/s\t0.1000");
    spread.add("gemm 64, 1 thread\t60.00\tGFLOP/s\t1.0000\nadam\t22.00\tGB/s\t0.9000");
    assertThat(spread.table().lines().toList().get(1).split(" {2,}", -1))
        .containsExactly("gemm 64, 1 thread", "GFLOP/s", "60.0", "70.0", "0.90", "0.80");
    assertThat(spread.stuck()).containsExactly("adam");
  }

  @Test
  @DisplayName("An expression that no row has is told")
  void none() {
    assertThatIllegalStateException().isThrownBy(() -> new RowSpread().add("")).withMessageContaining("--rows");
  }
}
