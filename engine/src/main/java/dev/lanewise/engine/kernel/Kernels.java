package dev.lanewise.engine.kernel;

import dev.lanewise.engine.event.Events;
import dev.lanewise.engine.kernel.simd.MicroKernels;
import dev.lanewise.engine.kernel.simd.SimdWidth;
import dev.lanewise.engine.memory.Window;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which implementation of the kernels this process uses: decided once, when this class is
 * initialised, and told in one line through {@link System.Logger} ({@code dev.lanewise.engine}) when the
 * first network is laid out.
 *
 * <p>Settings (system properties, read once): {@code lanewise.kernels} = {@code auto}, {@code scalar}
 * or {@code simd}; {@code lanewise.vector.bits} = {@code auto}, {@code 128}, {@code 256} or {@code
 * 512}. Every choice computes the same bits. Where SIMD cannot be had, {@code auto} falls back to
 * scalar with one warning that says why; {@code simd}, or a width that the CPU lacks, is an error.
 *
 * <p>A vector is an object until C2 has compiled the kernel around it, and such a kernel takes thousands of times as
 * long. So the scalar kernels answer a process's first predictions, while a thread in the background brings
 * those of the network to their compiled form. Training waits for its kernels instead.
 */
public final class Kernels {
  /** Whether the SIMD kernels are in use. A constant, so that the JIT compiler drops the other branch. */
  public static final boolean SIMD;

  /** Vector width in bits; 0 when the scalar kernels are in use. */
  public static final int VECTOR_BITS;

  private static final String LOGGER = "dev.lanewise.engine";
  private static final @Nullable String OBSTACLE;

  /** For how long the first predictions have the processors and the JIT compiler for themselves. */
  private static final Duration HEAD_START = Duration.ofMillis(200);

  /** What C2 gets to compile kernels; it needs seconds. Without an end trainers would wait for it for good. */
  private static final Duration COMPILATION = Duration.ofMinutes(1);

  /** Whether somebody began to prepare kernels; only the first to do so may leave it to the background. */
  private static boolean begun;

  /** The thread in the background, or null where there is none (any more). */
  private static volatile @Nullable Thread preparing;

  static {
    String kernels = setting("lanewise.kernels", "auto", "scalar", "simd");
    String bits = setting("lanewise.vector.bits", "auto", "128", "256", "512");
    String obstacle = kernels.equals("scalar") ? null : obstacle(bits);
    if (obstacle != null && (kernels.equals("simd") || !bits.equals("auto"))) {
      throw new IllegalStateException("SIMD kernels cannot be used: " + obstacle);
    }
    OBSTACLE = obstacle;
    SIMD = !kernels.equals("scalar") && obstacle == null;
    VECTOR_BITS = SIMD ? SimdWidth.BITS : 0;
    Events.kernels(description(), VECTOR_BITS);
    if (obstacle != null) {
      warn("Lanewise runs its scalar kernels, many times slower: " + obstacle);
    } else if (SIMD && !Window.UNCHECKED) {
      warn(
          "Native access is not enabled for Lanewise, so every memory access is checked, at up to half the"
              + " speed: start Java with --enable-native-access=ALL-UNNAMED (or dev.lanewise.engine)");
    }
  }

  private Kernels() {}

  /** The choice in words, for example {@code simd 512 bit}. */
  public static String description() {
    return SIMD ? "simd " + VECTOR_BITS + " bit" : "scalar";
  }

  /**
   * What kept this process from its SIMD kernels.
   *
   * @return what is missing and what to do, as in the warning; null if they are in use, or if the setting
   *     asks for scalar kernels
   */
  public static @Nullable String obstacle() {
    return OBSTACLE;
  }

  /**
   * Whether a prediction's kernels are the SIMD ones at this moment. Not while {@link #prepareInBackground} is at work,
   * which happens at most once in a process.
   */
  public static boolean simd() {
    return SIMD && preparing == null;
  }

  /**
   * Brings the micro-kernels of all products laid out so far to their compiled form: some milliseconds of calls a kernel, and
   * what C2 takes, a tenth of a second or less each, all once in a process. Without it the first real calls take far longer.
   * Waits for {@link #prepareInBackground} where that is at work. If C2 leaves a kernel out, tells the log after a minute and
   * returns.
   */
  public static void prepare() {
    if (begin()) {
      tellChoice();
    }
    if (SIMD) {
      awaitPrepared(Duration.ofDays(1));
      compile();
    }
  }

  private static synchronized boolean begin() {
    boolean first = !begun;
    begun = true;
    return first;
  }

  /**
   * Brings the micro-kernels of all products laid out so far, and of those laid out meanwhile, to their compiled form on
   * a thread of its own; {@link #simd} is false until then. Only the first kernels of a process are prepared like this,
   * since later ones may find others at work at full speed: then this is {@link #prepare}.
   */
  public static void prepareInBackground() {
    if (!SIMD || !inBackground()) {
      prepare();
    }
  }

  /** Whether the thread in the background is at work; starts it if nobody has prepared kernels yet. */
  private static synchronized boolean inBackground() {
    if (begin()) {
      preparing = Thread.ofPlatform().daemon().name("lanewise-kernels").start(Kernels::prepareAll);
    }
    return preparing != null;
  }

  private static void prepareAll() {
    try {
      Thread.sleep(HEAD_START);
      tellChoice();
      while (!endPreparing()) {
        compile();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody: the thread is not handed out
    } finally {
      preparing = null;
    }
  }

  private static void compile() {
    if (!MicroKernels.compile(COMPILATION)) {
      warn(
          "The JVM's optimising compiler C2 has not compiled every Lanewise kernel within " + COMPILATION.toSeconds()
              + " s; those left out stay a thousand times slower. Check -XX:CompileCommand, -XX:ReservedCodeCacheSize"
              + " and the processors that the JVM may use");
    }
  }

  /** Ends the preparation if there is nothing left to do; whoever laid a product out before relies on it. */
  private static synchronized boolean endPreparing() {
    if (MicroKernels.warm()) {
      preparing = null;
    }
    return preparing == null;
  }

  /**
   * Waits until no kernels are being prepared in the background.
   *
   * @return whether that is so
   */
  public static boolean awaitPrepared(Duration limit) {
    Thread thread = preparing;
    if (thread == null) {
      return true;
    }
    try {
      return thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return preparing == null;
    }
  }

  private static void warn(String message) {
    System.getLogger(LOGGER).log(Level.WARNING, message);
  }

  private static void tellChoice() {
    if (OBSTACLE == null) { // else the warning told it
      System.getLogger(LOGGER).log(Level.INFO, "Lanewise kernels: {0}", description());
    }
  }

  private static String setting(String name, String... allowed) {
    String value = System.getProperty(name, allowed[0]).trim().toLowerCase(Locale.ROOT);
    for (String candidate : allowed) {
      if (candidate.equals(value)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        name + "=" + value + " is not one of " + String.join(", ", allowed));
  }

  /** Why SIMD kernels cannot be used, or null. Touches the vector module only where it is present. */
  private static @Nullable String obstacle(String bits) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "start Java with --add-modules jdk.incubator.vector";
    }
    String vm = System.getProperty("java.vm.name", "") + " " + System.getProperty("java.vm.info", "");
    if (vm.contains("interpreted")) {
      return "the JVM only interprets; start Java without -Xint";
    }
    if (vm.contains("emulated-client")) {
      return "the JVM's optimising compiler C2 is off; start Java without -XX:TieredStopAtLevel";
    }
    return SimdWidth.obstacle(bits);
  }
}
