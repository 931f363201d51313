package dev.lanewise.mnist.launch;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Which of the user's JVM options a second JVM gets, and how a command is printed. */
public final class LauncherOptions {
  /**
   * Agents have opened their port or file in this JVM already; so has remote JMX. Who wants one
   * starts the command that LANEWISE_NO_RELAUNCH prints.
   */
  private static final String[] BOUND_TO_THIS_PROCESS = {
    "-agentlib:", "-agentpath:", "-javaagent:", "-Xrun", "-Xdebug", "-Dcom.sun.management.jmxremote"
  };

  /** Options of older versions that a JVM from 25 on refuses or complains about. */
  private static final String[] BOUND_TO_AN_OLD_JAVA = {
    "-Djava.security.manager",
    "-Djava.ext.dirs",
    "-Djava.endorsed.dirs",
    "-Xbootclasspath:",
    "-Xbootclasspath/p:",
    "-Xincgc",
    "-Xconcgc",
    "-Xverify",
    "-Xloggc",
    "-Xfuture",
    "-Xshare",
    "-XX:SharedArchiveFile",
    "-XX:AOT",
    "-XX:Flags",
    "-XX:VMOptionsFile",
    "--illegal-access"
  };

  /**
   * A small young generation. In the first second of a run the vector library, still interpreted, fills a
   * gigabyte of it, of which nothing survives; HotSpot's defaults keep that gigabyte resident.
   */
  private static final List<String> SMALL_HEAP =
      Collections.unmodifiableList(Arrays.asList("-XX:+UseSerialGC", "-Xmn32m"));

  private LauncherOptions() {}

  /**
   * Whether a name may have been lost. Where the system's settings say ASCII, the JVM has '?' for all other
   * characters of its arguments, and a file that is written under such a name is another one.
   *
   * @param encoding the character set that the JVM has read its arguments with
   */
  static boolean mayLackCharacters(String[] args, String encoding) {
    boolean ascii;
    try {
      ascii = Charset.forName(encoding).equals(StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      ascii = false; // one of the JVM's own, or none
    }
    return ascii && Arrays.stream(args).anyMatch(arg -> arg.indexOf('?') >= 0 || arg.indexOf('\uFFFD') >= 0);
  }

  /** Whether options say something of the heap or the collector, which is then left to them. */
  static boolean chooseMemory(List<String> options) {
    return options.stream()
        .anyMatch(
            option ->
                option.startsWith("-Xm") || option.matches("-XX:.*(GC|Heap|RAM|NewSize|NewRatio).*"));
  }

  /** The options on memory to add to those of the user. */
  static List<String> memory(List<String> options) {
    return chooseMemory(options) ? Collections.emptyList() : SMALL_HEAP;
  }

  /**
   * The options to hand on.
   *
   * @param options those of this JVM
   * @param sameJava whether the second JVM is of the same installation
   */
  static List<String> handedOn(List<String> options, boolean sameJava) {
    List<String> kept = new ArrayList<>();
    if (!sameJava && options.stream().anyMatch(option -> option.startsWith("-XX:"))) {
      kept.add("-XX:+IgnoreUnrecognizedVMOptions"); // what an old Java knew may be gone
    }
    for (String option : options) {
      boolean bound =
          startsWithAny(option, BOUND_TO_THIS_PROCESS)
              || (!sameJava && startsWithAny(option, BOUND_TO_AN_OLD_JAVA));
      // Anything else, such as "exit" or "vfprintf", comes from programs that embed a JVM.
      if (!bound && option.startsWith("-")) {
        kept.add(option);
      }
    }
    return kept;
  }

  /** The command as one line that a POSIX shell, or cmd.exe on Windows, takes apart again. */
  public static String line(List<String> command, boolean windows) {
    List<String> quoted = new ArrayList<>();
    for (String word : command) {
      quoted.add(windows ? quotedForWindows(word) : quotedForShell(word));
    }
    return String.join(" ", quoted);
  }

  private static String quotedForShell(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String quotedForWindows(String word) {
    if (word.matches("[A-Za-z0-9_@+=:,./\\\\-]+")) {
      return word;
    }
    // Backslashes count only before a quote, where each must be doubled.
    String inner = word.replaceAll("(\\\\*)\"", "$1$1\\\\\"").replaceAll("(\\\\+)$", "$1$1");
    return "\"" + inner + "\"";
  }

  private static boolean startsWithAny(String option, String[] prefixes) {
    for (String prefix : prefixes) {
      if (option.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
