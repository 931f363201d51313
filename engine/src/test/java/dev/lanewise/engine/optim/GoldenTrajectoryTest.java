package dev.lanewise.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty steps of each rule against trajectories in double precision, which follow the sources of
 * Keras and PyTorch ({@code make_trajectories.py} beside the data). Gradients span 1e-6 to 10 and
 * hold exact zeros, so that a misplaced epsilon or a wrong first accumulator shows.
 */
class GoldenTrajectoryTest {
  private static final int STEPS = 20;
  private static final Map<String, double[]> ROWS = rows();
  private static final Map<String, Optimizer> RULES = rules();

  private static Map<String, Optimizer> rules() {
    Map<String, Optimizer> rules = new LinkedHashMap<>();
    for (String name : Optimizer.names()) {
      rules.put("keras/" + name, Optimizer.byName(name));
    }
    rules.put("pytorch/sgd", Sgd.pytorch());
    rules.put("pytorch/sgd-l2", Momentum.pytorch().withL2(0.01));
    rules.put("pytorch/momentum", Momentum.pytorch());
    rules.put("pytorch/nesterov", Nesterov.pytorch());
    rules.put("pytorch/adagrad", Adagrad.pytorch());
    rules.put("pytorch/rmsprop", RmsProp.pytorch());
    rules.put("pytorch/rmsprop-momentum", RmsProp.pytorch().withMomentum(0.9));
    rules.put("pytorch/rmsprop-centered", RmsProp.pytorch().withCentering(true));
    rules.put("pytorch/adam", Adam.pytorch());
    rules.put("pytorch/amsgrad", AmsGrad.pytorch());
    rules.put("pytorch/adamw", AdamW.pytorch());
    rules.put("pytorch/nadam", Nadam.pytorch());
    rules.put("pytorch/adamax", Adamax.pytorch());
    rules.put("pytorch/adadelta", Adadelta.pytorch());
    return rules;
  }

  static Stream<String> ruleNames() {
    return RULES.keySet().stream();
  }

  @Test
  void everyTrajectoryHasItsRule() {
    assertThat(ROWS.keySet())
        .filteredOn(key -> key.endsWith("," + STEPS) && !key.startsWith("gradient"))
        .map(key -> key.substring(0, key.indexOf(',')))
        .containsExactlyInAnyOrderElementsOf(RULES.keySet());
  }

  @ParameterizedTest
  @MethodSource("ruleNames")
  void followsTheFramework(String rule) {
    double[] start = row("start", 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = segment(arena, start);
      OptimizerState state = RULES.get(rule).newState(arena, start.length);
      for (int step = 1; step <= STEPS; step++) {
        MemorySegment gradients = segment(arena, row("gradient", step));
        state.begin();
        state.apply(parameters, gradients, 1, 0, 0, state.floats());
        if (ROWS.containsKey(rule + "," + step)) {
          compare(parameters, start, row(rule, step), rule + " after step " + step);
        }
      }
      for (long i = start.length; i < state.floats(); i++) {
        assertThat(Memory.get(parameters, i)).as("padding").isZero();
      }
    }
  }

  private static void compare(
      MemorySegment parameters, double[] start, double[] expected, String what) {
    for (int i = 0; i < start.length; i++) {
      assertThat((double) Memory.get(parameters, i))
          .as("%s, parameter %d", what, i)
          .isCloseTo(expected[i], within(2e-6 + 2e-5 * Math.abs(expected[i] - start[i])));
    }
  }

  private static MemorySegment segment(Arena arena, double[] values) {
    MemorySegment segment = Memory.allocate(arena, values.length);
    for (int i = 0; i < values.length; i++) {
      Memory.set(segment, i, (float) values[i]);
    }
    return segment;
  }

  private static double[] row(String name, int step) {
    return Objects.requireNonNull(ROWS.get(name + "," + step), name);
  }

  private static Map<String, double[]> rows() {
    Map<String, double[]> rows = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    GoldenTrajectoryTest.class.getResourceAsStream("trajectories.csv")),
                StandardCharsets.UTF_8))) {
      in.lines()
          .skip(1)
          .map(line -> line.split(","))
          .forEach(
              cells ->
                  rows.put(
                      cells[0] + "," + cells[1],
                      Arrays.stream(cells, 2, cells.length)
                          .mapToDouble(Double::parseDouble)
                          .toArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
