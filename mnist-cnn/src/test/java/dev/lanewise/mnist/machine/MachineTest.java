package dev.lanewise.mnist.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path dir;

  @Test
  void describesItselfInOneLine() {
    assertThat(new Machine("A CPU", 8, "25.0.3", "simd", 512, 2).describe())
        .isEqualTo("512-bit SIMD kernels, 2 threads, A CPU (8 cores), JDK 25.0.3");
    assertThat(new Machine("arm", 1, "26", "scalar", 0, 1).describe())
        .isEqualTo("scalar kernels, 1 thread, arm (1 core), JDK 26");
  }

  @Test
  void knowsTheCpuByTheNameThatLinuxGivesIt() throws IOException {
    Path file = dir.resolve("cpuinfo");
    Files.writeString(file, "processor : 0\nmodel name\t: Some CPU: 3 GHz \nmodel name\t: Other\n");

    assertThat(Cpu.nameIn(file, "arch")).isEqualTo("Some CPU: 3 GHz");
  }

  @Test
  void namesTheArchitectureWhereThereIsNoName() throws IOException {
    Path file = Files.write(dir.resolve("cpuinfo"), new byte[] {'m', (byte) 0xff, '\n'});

    assertThat(Cpu.nameIn(file, "arch")).isEqualTo("arch");
    assertThat(Cpu.nameIn(dir.resolve("no"), "arch")).isEqualTo("arch");
  }
}
