package dev.lanewise.mnist;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;

/**
 * The content of results.json.
 *
 * @param machine where they come from
 * @param data what was trained on
 * @param runs the finished runs, in the order in which they ended
 */
record Results(Machine machine, DataFacts data, List<RunResult> runs) {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /**
   * The JSON text. Members are in the order of the records' components; those without value are
   * left out.
   */
  String toJson() {
    return GSON.toJson(this) + "\n";
  }
}
