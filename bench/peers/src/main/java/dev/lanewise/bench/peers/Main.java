package dev.lanewise.bench.peers;

import dev.lanewise.bench.Machine;
import dev.lanewise.bench.Outcome;
import dev.lanewise.bench.SideBySide;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command that runs all libraries side by side and writes the report. See {@code --help}. Exit code 0 done, 1
 * failed, 2 wrong usage. A library that cannot run is in the report with the reason and fails nothing.
 */
final class Main {
  private Main() {}

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.print(Options.HELP);
      return 0;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("lanewise-bench-peers: " + e.getMessage() + "; --help tells what there is");
      return 2;
    }
    try {
      Race race = new Race(options);
      List<Outcome> outcomes = race.run();
      Map<String, String> facts = Machine.lines();
      facts.put("Command", "`java -jar bench/peers/target/lanewise-bench-peers.jar " + String.join(" ", args) + "`");
      facts.put(
          "Forks",
          options.forks() + " of each, "
              + options.seconds() + " s of measuring a case after " + options.warmUp() + " s of warm-up");
      Map<String, String> versions = new LinkedHashMap<>();
      options.libraries().stream()
          .filter(library -> options.parts().stream().anyMatch(library::takes))
          .forEach(library -> versions.put(library.title(), library.version()));
      System.out.println(
          "Report: " + new SideBySide(Machine.cpu(), facts, versions, outcomes, race.notes()).write(options.output()));
      return 0;
    } catch (IOException e) {
      System.err.println("lanewise-bench-peers: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
