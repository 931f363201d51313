package dev.lanewise.mnist.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.memory.MachineMemory;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.data.Split;
import dev.lanewise.mnist.machine.Machine;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.training.Network;
import dev.lanewise.mnist.training.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the application runs on, as {@code info --json} prints it.
 *
 * @param version the application's
 * @param cpu the processor's name
 * @param cores how many of them Java may use; as many threads train unless told otherwise
 * @param kernels {@code simd} or {@code scalar}
 * @param vectorBits the width of a vector; 0 with scalar kernels
 * @param scalarReason why the SIMD kernels are off; left out if they are on
 * @param jdk the version of Java
 * @param javaHome where that Java is
 * @param vm the virtual machine's name
 * @param os the operating system and its architecture
 * @param machineBytes memory of the machine or of the container
 * @param maxHeapBytes how far Java's heap may grow
 * @param trainerBytes memory off the heap for a training with Adam and the default settings
 * @param data the bundled data
 */
record Info(
    String version,
    String cpu,
    int cores,
    String kernels,
    int vectorBits,
    @Nullable String scalarReason,
    String jdk,
    String javaHome,
    String vm,
    String os,
    long machineBytes,
    long maxHeapBytes,
    long trainerBytes,
    DataFacts data) {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** This process. Makes the engine choose its kernels, if it has not. */
  static Info here() {
    Machine machine = Machine.here(Runtime.getRuntime().availableProcessors());
    ImageData images = ImageData.bundled();
    Split split = Split.of(images.trainCount(), Integer.MAX_VALUE);
    return new Info(
        Version.NUMBER,
        machine.cpu(),
        machine.cores(),
        machine.kernels(),
        machine.vectorBits(),
        Kernels.SIMD ? null : whyScalar(),
        machine.jdk(),
        System.getProperty("java.home"),
        System.getProperty("java.vm.name"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        MachineMemory.bytes(),
        Runtime.getRuntime().maxMemory(),
        trainerBytes(images, machine.threads()),
        DataFacts.of(null, images, split));
  }

  private static String whyScalar() {
    return Objects.requireNonNullElse(
        Kernels.obstacle(), "the setting lanewise.kernels asks for scalar kernels");
  }

  private static long trainerBytes(ImageData images, int threads) {
    try (Model model =
        Network.of(images.rows(), images.columns(), images.classes()).initialize(0)) {
      return Trainer.builder(model, Adam.keras())
          .batchSize(Settings.BATCH_SIZE)
          .threads(threads)
          .memoryBytes();
    }
  }

  String toJson() {
    return GSON.toJson(this);
  }

  /** The same for people. */
  List<String> lines() {
    return List.of(
        "Lanewise  " + version,
        "CPU       " + cpu + ", " + cores + (cores == 1 ? " core" : " cores"),
        "Kernels   " + (scalarReason == null ? vectorBits + "-bit SIMD" : "scalar: " + scalarReason),
        "Threads   " + cores + " unless --threads says otherwise",
        "Java      " + jdk + ", " + vm + ", " + javaHome,
        "System    " + os,
        "Memory    "
            + amount(machineBytes)
            + " in all, Java's heap up to "
            + amount(maxHeapBytes)
            + "; a training takes "
            + amount(trainerBytes)
            + " off the heap",
        String.format(
            Locale.ROOT,
            "Data      %s: %,d training, %,d validation and %,d test images",
            data.name(),
            data.train(),
            data.validation(),
            data.test()));
  }

  private static String amount(long bytes) {
    return bytes == Long.MAX_VALUE ? "an unknown amount" : Format.bytes(bytes);
  }
}
