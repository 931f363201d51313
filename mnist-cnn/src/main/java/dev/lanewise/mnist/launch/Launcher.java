package dev.lanewise.mnist.launch;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The jar's main class, so that {@code java -jar mnist-cnn.jar} does with any java from 8 on.
 *
 * <p>The application needs Java 25 and the module jdk.incubator.vector, which a manifest cannot
 * ask for. Where this JVM lacks one of them, a fitting one is looked for, and started with the same
 * arguments and options in place of this. So it is, too, where nothing is said of memory, with options
 * that keep the heap small. Compiled for Java 8, together with all of its package.
 */
public final class Launcher {
  private static final String RELAUNCHED = "lanewise.relaunched";
  private static final String ERRORS_AT_TERMINAL = "lanewise.errorsAtTerminal";
  private static final int USAGE_ERROR = 2;

  private Launcher() {}

  /**
   * Runs the application, here or in a second JVM.
   *
   * @param args the application's arguments
   * @throws Throwable whatever the application throws
   */
  public static void main(String[] args) throws Throwable {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (LauncherOptions.mayLackCharacters(args, encoding)) {
      System.exit(
          fail(
              "an argument has '?' or characters beyond ASCII, which Java cannot tell apart in the"
                  + " character set " + encoding + "; set LC_ALL=C.UTF-8"));
    }
    if (fits() && settled()) {
      runMain(args);
    } else {
      System.exit(relaunch(args));
    }
  }

  /**
   * Whether the standard error goes to a terminal. Java tells that of the other two streams alone;
   * where the system has no name for this one, it counts as a file.
   */
  public static boolean errorsAtTerminal() {
    if (Boolean.getBoolean(RELAUNCHED)) {
      return Boolean.getBoolean(ERRORS_AT_TERMINAL); // this JVM's own is a pipe to the first one
    }
    try {
      return Paths.get("/dev/stderr").toRealPath().startsWith("/dev");
    } catch (IOException e) {
      return false; // a pipe, for example
    }
  }

  /** Whether the options on memory are the final ones: the user's, or those of a launcher. */
  private static boolean settled() {
    return Boolean.getBoolean(RELAUNCHED)
        || "1".equals(System.getenv("LANEWISE_NO_RELAUNCH"))
        || LauncherOptions.chooseMemory(ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  private static int relaunch(String[] args) throws IOException, InterruptedException {
    boolean printOnly = "1".equals(System.getenv("LANEWISE_NO_RELAUNCH"));
    if (Boolean.getBoolean(RELAUNCHED)) {
      // Started by a launcher, and still not right: once more would go on for ever.
      return fail(
          "the Java in "
              + System.getProperty("java.home")
              + " does not provide what it promised; install a complete JDK 25 or later");
    }
    LauncherJdk jdk;
    try {
      jdk = find();
    } catch (IllegalArgumentException e) {
      return fail(String.valueOf(e.getMessage()));
    }
    if (jdk == null) {
      return fail(
          "Java 25 or later with the module jdk.incubator.vector is needed, and this is Java "
              + System.getProperty("java.version")
              + "; install a JDK 25 (for example Eclipse Temurin 25) or set LANEWISE_JAVA_HOME");
    }
    List<String> command = command(jdk, args, printOnly);
    if (printOnly) {
      boolean windows = File.separatorChar == '\\';
      System.out.println(LauncherOptions.line(command, windows));
      return USAGE_ERROR;
    }
    try {
      return LauncherChild.run(command);
    } catch (IOException e) {
      return fail("cannot start " + jdk.java() + ": " + e.getMessage());
    }
  }

  private static int fail(String message) {
    System.err.println("mnist-cnn: " + message);
    return USAGE_ERROR;
  }

  private static @Nullable LauncherJdk find() {
    LauncherJdk own = LauncherJdk.at(new File(System.getProperty("java.home")));
    if (own != null) {
      return own; // only a flag is missing
    }
    String wished = System.getenv("LANEWISE_JAVA_HOME");
    if (wished != null && !wished.isEmpty()) {
      LauncherJdk jdk = LauncherJdk.at(new File(wished));
      if (jdk == null) {
        throw new IllegalArgumentException(
            "LANEWISE_JAVA_HOME is not a JDK 25 or later with jdk.incubator.vector: " + wished);
      }
      return jdk;
    }
    String javaHome = System.getenv("JAVA_HOME");
    if (javaHome != null && !javaHome.isEmpty()) {
      LauncherJdk jdk = LauncherJdk.at(new File(javaHome));
      if (jdk != null) {
        return jdk;
      }
    }
    return LauncherJdk.newestIn(
        LauncherJdk.usualFolders(
            System.getProperty("user.home", "."), System.getenv("ProgramFiles")));
  }

  private static List<String> command(LauncherJdk jdk, String[] args, boolean forPeople) {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().getPath());
    command.add("--add-modules");
    command.add(LauncherJdk.VECTOR_MODULE);
    // The manifest's entry counts only after -jar.
    command.add("--enable-native-access=ALL-UNNAMED");
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    command.addAll(LauncherOptions.memory(options));
    boolean sameJava = jdk.home().equals(new File(System.getProperty("java.home")));
    command.addAll(LauncherOptions.handedOn(options, sameJava));
    if (!forPeople) {
      command.add("-D" + RELAUNCHED + "=true");
      command.add("-D" + ERRORS_AT_TERMINAL + "=" + errorsAtTerminal());
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Launcher.class.getName());
    command.addAll(Arrays.asList(args));
    return command;
  }

  /** Whether this JVM is new enough, has the vector module and lets the engine use its memory. */
  private static boolean fits() {
    int version = LauncherJdk.parseVersion(System.getProperty("java.specification.version"))[0];
    if (version < LauncherJdk.MIN_VERSION) {
      return false;
    }
    try {
      // By reflection, since Java 8 knows neither modules nor native access.
      Class<?> layers = Class.forName("java.lang.ModuleLayer");
      Object boot = layers.getMethod("boot").invoke(null);
      Object vectors =
          layers.getMethod("findModule", String.class).invoke(boot, LauncherJdk.VECTOR_MODULE);
      Object own = Class.class.getMethod("getModule").invoke(Launcher.class);
      Object nativeAccess =
          Class.forName("java.lang.Module").getMethod("isNativeAccessEnabled").invoke(own);
      return vectors instanceof Optional<?>
          && ((Optional<?>) vectors).isPresent()
          && Boolean.TRUE.equals(nativeAccess);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("every Java from 22 on has these methods", e);
    }
  }

  private static void runMain(String[] args) throws Throwable {
    // By name: Main is of a version that Java 8 cannot load, nor javac see while compiling for 8.
    Method main = Class.forName("dev.lanewise.mnist.Main").getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    try {
      main.invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      throw cause == null ? e : cause;
    }
  }
}
