package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.kernel.simd.MicroKernels;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.ChildJvm;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What C2 made of the kernels, as it tells itself. A method that has grown beyond a number of nodes gets no more inlined,
 * but keeps a call in its loop, and perhaps an object for each vector that the call takes.
 */
class InliningTest {
  private static final String KERNELS = "dev.lanewise.engine.kernel.simd.*::*";
  private static final Pattern COMPILED = Pattern.compile(" *\\d+ +\\d+ .*\\.kernel\\.simd\\.\\S+::run .*");

  /**
   * Micro-kernels of every height with whole and partial rows, those that pool, and a training whose compilations follow real
   * work.
   */
  static final class Work {
    private Work() {}

    public static void main(String[] args) {
      for (int rows = 1; rows <= 12; rows++) {
        for (int columns : new int[] {Product.PANEL / 2, Product.PANEL, Product.PANEL - 1, 4 * Product.PANEL}) {
          long panel = columns > Product.PANEL ? 9L * Product.PANEL : Product.PANEL;
          new Product(rows, columns, 169, 1, Product.PANEL, panel, columns, true);
        }
      }
      for (int filters : new int[] {Product.PANEL / 2, Product.PANEL, Product.PANEL - 1}) {
        new PooledConvolution(ConvolutionShape.of(12, 12, 2, filters, 3, 3, 1, 1, 1, 1, false));
      }
      assertThat(MicroKernels.compile(Duration.ofMinutes(2))).isTrue();
      Sequential network = Networks.small();
      try (Dataset data = Networks.images(network, 1_000)) {
        for (String optimizer : Optimizer.names()) {
          try (Model model = network.initialize(0);
              Trainer trainer = Trainer.builder(model, Optimizer.byName(optimizer)).batchSize(1).threads(1).build()) {
            trainer.fit(data, data, 2);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("no kernel grows beyond what C2 inlines")
  void nothingIsLeftOut() throws IOException, InterruptedException {
    assumeTrue(Kernels.SIMD);
    List<String> kernels = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    Process process =
        ChildJvm.start(
            List.of(
                // Every kernel is compiled when it asks to be; in the background, some would not be within this short work.
                "-XX:-BackgroundCompilation", "-XX:+UnlockDiagnosticVMOptions", "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=PrintInlining," + KERNELS, "-XX:CompileCommand=PrintCompilation," + KERNELS,
                "-Dlanewise.kernels=simd",
                "-Dlanewise.vector.bits=" + System.getProperty("lanewise.vector.bits", "auto")),
            Work.class);
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (COMPILED.matcher(line).matches()) {
          kernels.add(line);
        } else if (line.contains("NodeCountInliningCutoff")) {
          leftOut.add(line.strip());
        }
      }
    }
    assertThat(process.waitFor()).isZero();
    assertThat(kernels).as("compiled micro-kernels").hasSizeGreaterThan(40);
    assertThat(leftOut).as("calls left in kernels").isEmpty();
  }
}
