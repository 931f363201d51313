package dev.lanewise.mnist.results;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.UsageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results as JSON. Members are in the order of the records' components; those without value are left out. */
public final class ResultsJson {
  /** More than the largest comparison writes. */
  private static final long MOST_BYTES = 256L << 20;

  /** Of a fault in them. */
  private static final int MOST_CHARACTERS = 200;

  /** What is many and small: a line each. */
  private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .registerTypeAdapter(Step.class, inOneLine(TypeToken.get(Step.class)))
          .registerTypeAdapter(
              TestPredictions.Mistake.class,
              inOneLine(TypeToken.get(TestPredictions.Mistake.class)))
          .registerTypeAdapter(
              new TypeToken<List<Integer>>() {}.getType(),
              inOneLine(new TypeToken<List<Integer>>() {}))
          .create();

  private ResultsJson() {}

  private static <T> TypeAdapter<T> inOneLine(TypeToken<T> type) {
    TypeAdapter<T> plain = LINES.getAdapter(type);
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, T value) throws IOException {
        out.jsonValue(plain.toJson(value));
      }

      @Override
      public T read(JsonReader in) throws IOException {
        return plain.read(in);
      }
    };
  }

  static String write(Results results) {
    return GSON.toJson(results) + "\n";
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws UsageException if the file is not there or is something else
   */
  public static Results read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new UsageException(file + ": too large for results");
      }
      JsonObject json = GSON.fromJson(Files.readString(file), JsonObject.class);
      requireVersion(file, json);
      Results results = GSON.fromJson(json, Results.class);
      String problem = ResultsCheck.problem(results);
      if (problem != null) {
        throw new UsageException(file + ": not results of this application: " + problem);
      }
      return results;
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no " + file + "; a comparison or a training writes it");
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException e) {
      throw new UsageException(file + ": not results of this application: " + fault(e));
    } catch (CharacterCodingException e) {
      throw new UsageException(file + ": not results of this application: not UTF-8");
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + ConsoleText.reason(e));
    }
  }

  /** What Gson says of it: without a second line, where to read about it, and all of a long number. */
  private static String fault(RuntimeException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("not JSON");
    return ConsoleText.oneLine(line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "...");
  }

  private static void requireVersion(Path file, @Nullable JsonObject json) {
    if (json == null || !json.has("runs")) {
      throw new UsageException(file + ": not results of this application: it has no runs");
    }
    int version = json.has("schemaVersion") ? json.get("schemaVersion").getAsInt() : 1;
    if (version != Results.SCHEMA_VERSION) {
      throw new UsageException(
          "%s: written by %s version of this application; repeat the training with this one"
              .formatted(file, version < Results.SCHEMA_VERSION ? "an earlier" : "a later"));
    }
  }
}
