package dev.lanewise.mnist.report;

import dev.lanewise.mnist.data.DataException;
import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.ResultsJson;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a report from what an earlier process left. */
public final class ReportAgain {
  private ReportAgain() {}

  /**
   * Makes it.
   *
   * @param directory has results and models
   * @param data where the data is, or null for where it was
   * @param errors takes what is missing in the report and why, a line each
   * @return the page
   * @throws UsageException if there are no results, or other data was named
   * @throws OutputException if a file cannot be written
   */
  public static Path make(Path directory, @Nullable Path data, Consumer<String> errors) {
    ResultsFolder folder = new ResultsFolder(directory);
    Results results = ResultsJson.read(folder.resultsFile());
    EngineSetup.start();
    return new Report(folder, errors).write(results, images(results.data(), data, errors));
  }

  private static @Nullable ImageData images(
      DataFacts facts, @Nullable Path named, Consumer<String> errors) {
    String was = facts.directory();
    ImageData images;
    Path directory;
    try {
      directory = named == null && was != null ? Path.of(was) : named;
      images = directory == null ? ImageData.bundled() : ImageData.load(directory);
    } catch (InvalidPathException e) {
      errors.accept("the report has no images: " + e.getMessage());
      return null;
    } catch (DataException e) {
      if (named != null) {
        throw e;
      }
      errors.accept("the report has no images: " + e.getMessage() + "; --data says where they are");
      return null;
    }
    if (images.sha256().equals(facts.sha256())) {
      return images;
    }
    String other = (directory == null ? "the bundled MNIST" : directory) + " is other data than that of the results";
    if (named != null) {
      throw new UsageException(other);
    }
    errors.accept("the report has no images: " + other);
    return null;
  }
}
