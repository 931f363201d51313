package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.kernel.simd.MicroKernels;
import dev.lanewise.engine.testing.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whether a process knows which micro-kernels C2 has compiled. */
class MicroKernelsTest {
  /** Each a tile of its own at every width; small ones last, when C2 has compiled the vector library. */
  private static final int[] ROWS = {5, 2, 1};
  private static final int[] COLUMNS = {Product.PANEL / 2, Product.PANEL};

  /** Lays out tiles one by one, and says of each whether it was compiled in time. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) {
      for (int rows : ROWS) {
        for (int columns : COLUMNS) {
          new Product(rows, columns, 169, 1, Product.PANEL, Product.PANEL, columns, true);
          System.out.println(MicroKernels.compile(Duration.ofMillis(Long.parseLong(args[0]))));
        }
      }
    }
  }

  private static List<String> run(int millis, String... options) throws IOException, InterruptedException {
    assumeTrue(Kernels.SIMD);
    List<String> all = new ArrayList<>(List.of(options));
    all.add("-Dlanewise.vector.bits=" + System.getProperty("lanewise.vector.bits", "auto"));
    return ChildJvm.run(all, Waiting.class, Integer.toString(millis));
  }

  private static List<String> all(boolean compiled) {
    return Collections.nCopies(ROWS.length * COLUMNS.length, Boolean.toString(compiled));
  }

  @Test
  @DisplayName("waits for each micro-kernel until it is compiled")
  void compiled() throws Exception {
    assertThat(run(60_000)).isEqualTo(all(true));
  }

  @Test
  @DisplayName("takes none for compiled that C2 leaves out, not even when its library is; and the waiting ends")
  void leftOut() throws Exception {
    assertThat(
            run(
                300, "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=exclude,dev.lanewise.engine.kernel.simd.MicroKernelCode*::run"))
        .isEqualTo(all(false));
  }
}
