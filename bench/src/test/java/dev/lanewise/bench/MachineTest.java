package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a benchmark says of the machine. */
class MachineTest {
  private static String cpu(String... lines) {
    return Machine.cpu(Stream.of(lines));
  }

  @Test
  @DisplayName("names the first processor, with family and model, which tell CPUs of one name apart")
  void cpu() {
    assertThat(
            cpu(
                "processor\t: 0", "cpu family\t: 26", "model\t\t: 2", "model name\t: AMD EPYC: 2 cores ", "flags\t\t:", "",
                "processor\t: 1", "cpu family\t: 6", "model name\t: another"))
        .isEqualTo("AMD EPYC: 2 cores (family 26, model 2)");
    assertThat(cpu("processor\t: 0", "BogoMIPS\t: 50.00", "model name\t: Cortex")).isEqualTo("Cortex");
    assertThat(cpu("processor\t: 0", "CPU implementer\t: 0x41")).isEqualTo("unknown");
  }
}
