package dev.lanewise.engine.memory;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much memory there is. All methods are static and thread-safe. */
public final class MachineMemory {
  /** No machine that runs a JVM has less: what stays below need not ask. */
  private static final long ALWAYS = 1 << 24;

  private MachineMemory() {}

  /**
   * The memory of the machine, or of the container if that has less.
   *
   * @return bytes; {@link Long#MAX_VALUE} where the JVM cannot say
   */
  public static long bytes() {
    try {
      return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    } catch (LinkageError e) {
      return Long.MAX_VALUE; // a runtime without the module jdk.management
    }
  }

  /**
   * Checks a planned size against the machine.
   *
   * @param what needs it, as a subject for the message
   * @param needed planned bytes
   * @throws MemoryLimitException if the machine does not have so many
   */
  public static void check(String what, long needed) {
    if (needed > ALWAYS) {
      MemoryLimitException.check(what, needed, bytes());
    }
  }
}
