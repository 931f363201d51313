package dev.lanewise.bench.peers;

import dev.lanewise.bench.Machine;
import dev.lanewise.bench.Outcome;
import dev.lanewise.bench.SideBySide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
      Path page = options.latency() ? latency(options, args) : race(options, args);
      System.out.println("Report: " + page);
      return 0;
    } catch (IOException e) {
      System.err.println("lanewise-bench-peers: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static Path race(Options options, String... args) throws IOException, InterruptedException {
    Race race = new Race(options);
    List<Outcome> outcomes = race.run();
    Map<String, String> facts =
        facts(
            options.forks() + " of each, " + options.seconds() + " s of measuring a case once it gained no more",
            args);
    Map<String, String> versions = versions(options, options.parts());
    return new SideBySide(Machine.cpu(), facts, versions, outcomes, race.notes()).write(options.output());
  }

  private static Path latency(Options options, String... args) throws IOException, InterruptedException {
    LatencyRace race = new LatencyRace(options);
    race.run();
    Map<String, String> facts = facts(options.forks() + " of each library, " + options.seconds() + " s a line", args);
    return race.write(Machine.cpu(), facts, versions(options, Set.of(Part.PREDICTION)));
  }

  private static Map<String, String> facts(String forks, String... args) {
    Map<String, String> facts = Machine.lines();
    facts.put("Command", "`java -jar bench/peers/target/lanewise-bench-peers.jar " + String.join(" ", args) + "`");
    facts.put("Forks", forks);
    return facts;
  }

  private static Map<String, String> versions(Options options, Set<Part> parts) {
    Map<String, String> versions = new LinkedHashMap<>();
    options.libraries().stream()
        .filter(library -> parts.stream().anyMatch(library::takes))
        .forEach(library -> versions.put(library.title(), library.version()));
    return versions;
  }
}
