package dev.lanewise.mnist.launch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An installed Java that can run the application. Immutable. */
final class LauncherJdk {
  static final int MIN_VERSION = 25;
  static final String VECTOR_MODULE = "jdk.incubator.vector";

  private final File home;
  private final int[] version;

  private LauncherJdk(File home, int[] version) {
    this.home = home;
    this.version = version;
  }

  File home() {
    return home;
  }

  File java() {
    return javaOf(home);
  }

  /**
   * The Java installed in this folder, if it is new enough and has the vector module. Only files
   * are looked at, nothing is started.
   */
  static @Nullable LauncherJdk at(File home) {
    File release = new File(home, "release");
    if (!javaOf(home).isFile() || !release.isFile()) {
      return null;
    }
    String text;
    try {
      text = new String(Files.readAllBytes(release.toPath()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null; // not readable for us, so not usable either
    }
    int[] version = parseVersion(valueOf(text, "JAVA_VERSION"));
    boolean hasVectors =
        Arrays.asList(valueOf(text, "MODULES").split(" ")).contains(VECTOR_MODULE)
            || new File(home, "jmods/" + VECTOR_MODULE + ".jmod").isFile();
    return version[0] >= MIN_VERSION && hasVectors ? new LauncherJdk(home, version) : null;
  }

  /** The newest Java among the children of these folders that can run the application. */
  static @Nullable LauncherJdk newestIn(Collection<File> folders) {
    LauncherJdk newest = null;
    for (File folder : folders) {
      File[] children = folder.listFiles(File::isDirectory);
      if (children == null) {
        continue; // there is no such folder, or it is closed to us
      }
      Arrays.sort(children);
      for (File child : children) {
        LauncherJdk jdk = at(child);
        if (jdk == null) {
          jdk = at(new File(child, "Contents/Home")); // macOS
        }
        if (jdk != null && (newest == null || compare(jdk.version, newest.version) > 0)) {
          newest = jdk;
        }
      }
    }
    return newest;
  }

  /** Where installers and version managers put their JDKs. */
  static List<File> usualFolders(String userHome, @Nullable String programFiles) {
    List<File> folders = new ArrayList<>();
    for (String path :
        new String[] {
          "/usr/lib/jvm", "/usr/lib64/jvm", "/usr/java", "/usr/local/java", "/opt", "/opt/java",
          "/Library/Java/JavaVirtualMachines"
        }) {
      folders.add(new File(path));
    }
    for (String path :
        new String[] {
          ".sdkman/candidates/java", ".jdks", "Library/Java/JavaVirtualMachines",
          ".asdf/installs/java", ".local/share/mise/installs/java", ".jenv/versions"
        }) {
      folders.add(new File(userHome, path));
    }
    if (programFiles != null) {
      for (String path :
          new String[] {
            "Java", "Eclipse Adoptium", "Microsoft", "Zulu", "Amazon Corretto", "BellSoft"
          }) {
        folders.add(new File(programFiles, path));
      }
    }
    return folders;
  }

  /**
   * The numbers of a version, the feature first: {25, 0, 3} of 25.0.3, and {8, 0} of 1.8.0_392. A
   * text without a number at its start gives {0}.
   */
  static int[] parseVersion(String text) {
    String plain = text.startsWith("1.") ? text.substring(2) : text;
    int end = 0;
    while (end < plain.length() && (isDigit(plain.charAt(end)) || plain.charAt(end) == '.')) {
      end++;
    }
    String[] parts = plain.substring(0, end).split("\\.", 0);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      // No digits or more than an int holds: no version of Java.
      if (!parts[i].matches("[0-9]{1,9}")) {
        return new int[] {0};
      }
      numbers[i] = Integer.parseInt(parts[i]);
    }
    return numbers.length == 0 ? new int[] {0} : numbers;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int compare(int[] a, int[] b) {
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      int order = Integer.compare(i < a.length ? a[i] : 0, i < b.length ? b[i] : 0);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static String valueOf(String release, String key) {
    for (String line : release.split("\\R", 0)) {
      if (line.startsWith(key + "=")) {
        return line.substring(key.length() + 1).replace("\"", "").trim();
      }
    }
    return "";
  }

  private static File javaOf(File home) {
    File windows = new File(home, "bin/java.exe");
    return windows.isFile() ? windows : new File(home, "bin/java");
  }
}
