package dev.lanewise.mnist.attack;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One target under attack, with a look at what an input costs. Also what Jazzer calls for each of its inputs;
 * the property {@code lanewise.fuzz.target} then names the target. Not thread-safe.
 */
public final class FuzzRun {
  /** What each byte of an input may take on the heap. */
  static final long HEAP_BYTES_PER_BYTE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;
  private final Path folder;
  private boolean warm;

  FuzzRun(FuzzTarget target, Path folder) {
    this.target = target;
    this.folder = folder;
  }

  /** Made when Jazzer asks for it. */
  private static final class Jazzer {
    static final FuzzTarget TARGET = FuzzTarget.valueOf(System.getProperty("lanewise.fuzz.target"));
    static final Path FOLDER = folder();

    private static Path folder() {
      try {
        return Files.createTempDirectory("fuzz");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Jazzer's first call: loads classes, so that the first input need not do so within its time. */
  public static void fuzzerInitialize() throws Exception {
    for (byte[] good : Jazzer.TARGET.seeds()) {
      Jazzer.TARGET.attack(good, Jazzer.FOLDER);
    }
  }

  /** Jazzer's entry for each input. Its heap is not looked at: Jazzer rewrites classes on the thread that loads them. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    Jazzer.TARGET.attack(input, Jazzer.FOLDER);
  }

  /**
   * Attacks with one input.
   *
   * @throws Exception if the parser threw what it must not throw
   */
  void attack(byte[] input) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    target.attack(input, folder);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    // The first input pays for loading classes.
    if (warm && taken > target.heapBytes + HEAP_BYTES_PER_BYTE * input.length) {
      throw new AssertionError("%,d bytes of heap for an input of %,d".formatted(taken, input.length));
    }
    warm = true;
  }
}
