package dev.lanewise.mnist.results;

import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.machine.Machine;
import java.util.List;
import java.util.stream.Stream;

/**
 * The content of results.json.
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}; another one where the meaning of a field is another
 * @param version of the application
 * @param protocol what was asked for
 * @param machine where they come from
 * @param data what was trained on
 * @param runs the finished runs, in the order in which they ended
 * @param unfinished the others that began
 */
public record Results(
    int schemaVersion,
    String version,
    Protocol protocol,
    Machine machine,
    DataFacts data,
    List<RunResult> runs,
    List<UnfinishedRun> unfinished) {
  public static final int SCHEMA_VERSION = 2;

  /** All runs that began. */
  public List<Course> courses() {
    return Stream.<Course>concat(runs.stream(), unfinished.stream()).toList();
  }
}
