package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.ChildJvm;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.CheckpointWriter;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand trainings in one JVM, which counts its own memory: the JVM's native memory tracking has what
 * arenas take, byte by byte, under "Other".
 */
@Tag("once")
class LeakTest {
  private static final int ROUNDS = 1_000;

  /** Rounds after which a JVM has everything that it makes once. */
  private static final int WARM_UP = 50;

  private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)");

  @TempDir private Path folder;

  /** The process that counts. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException, JMException {
      Path folder = Path.of(args[0]);
      for (int i = 0; i < WARM_UP; i++) {
        round(folder, i);
      }
      System.out.println(state());
      for (int i = 0; i < ROUNDS; i++) {
        round(folder, i);
      }
      System.out.println(state());
    }

    /** One round in ten fails on purpose: what breaks off must give back as much as what ends well. */
    private static void round(Path folder, int i) throws IOException {
      Sequential network = Networks.small();
      try (Dataset data = Networks.images(network, 20);
          Model model = network.initialize(i);
          Weights weights = new Weights(model);
          Predictor predictor = new Predictor(weights);
          Predictor own = new Predictor(model);
          Checkpoints checkpoints = Checkpoints.open(folder.resolve(Integer.toString(i % 7)));
          Trainer trainer =
              Trainer.builder(model, Optimizer.byName("adam"))
                  .batchSize(20)
                  .seed(i)
                  .threads(2)
                  .checkpoints(writer(checkpoints, i % 10), 1)
                  .build()) {
        trainer.fit(data, null, 1);
        float[] input = new float[network.inputShape().size()];
        own.classify(input);
        for (int version = 0; version < 3; version++) {
          weights.publish(model);
          predictor.classify(input);
        }
      } catch (UncheckedIOException e) {
        if (i % 10 != 3) {
          throw e;
        }
      }
    }

    private static CheckpointWriter writer(Checkpoints checkpoints, int kind) {
      return switch (kind) {
        case 0, 1, 2 -> checkpoints::save;
        case 3 -> trainer -> {
          throw new IOException("on purpose");
        };
        default -> trainer -> {};
      };
    }

    private static String state() throws IOException, JMException {
      Object memory =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmNativeMemory",
                  new Object[] {new String[] {"summary", "scale=B"}},
                  new String[] {String[].class.getName()});
      Matcher other = OTHER.matcher((String) memory);
      if (!other.find()) {
        throw new IllegalStateException("no native memory tracking: " + memory);
      }
      long threads =
          Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("lanewise-")).count();
      return "%s bytes, %s threads, %s files".formatted(other.group(1), threads, files());
    }

    /** Open files, where the system has them in a folder. */
    private static long files() throws IOException {
      Path descriptors = Path.of("/proc/self/fd");
      if (!Files.isDirectory(descriptors)) {
        return 0;
      }
      try (Stream<Path> open = Files.list(descriptors)) {
        return open.count();
      }
    }
  }

  @Test
  @DisplayName("1,000 trainings, some of which fail, leave no byte, thread or open file")
  void leavesNothing() throws IOException, InterruptedException {
    Process child =
        ChildJvm.start(
            List.of("-XX:NativeMemoryTracking=summary", "-Dlanewise.kernels=scalar"), Child.class, folder.toString());
    List<String> states;
    try (var output = child.inputReader(StandardCharsets.UTF_8)) {
      states = output.lines().toList();
    }

    assertThat(child.waitFor()).isZero();
    assertThat(states).hasSize(2);
    assertThat(states.getLast()).isEqualTo(states.getFirst());
    assertThat(states.getFirst()).contains(", 0 threads, ");
  }
}
