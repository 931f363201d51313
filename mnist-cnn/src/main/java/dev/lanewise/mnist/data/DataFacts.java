package dev.lanewise.mnist.data;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was trained on, as it stands in results.json: a name, or a directory.
 *
 * @param name {@code MNIST} if it is the bundled data
 * @param directory where the data came from otherwise
 * @param train how many images were trained on
 * @param validation how many were validated on
 * @param test how many were tested on
 * @param sha256 the hash of each file's uncompressed bytes, by file name
 */
public record DataFacts(
    @Nullable String name,
    @Nullable String directory,
    int train,
    int validation,
    int test,
    Map<String, String> sha256) {

  public static DataFacts of(@Nullable Path directory, ImageData data, Split split) {
    return new DataFacts(
        directory == null ? "MNIST" : null,
        directory == null ? null : directory.toString(),
        split.train(),
        split.validation(),
        data.testCount(),
        data.sha256());
  }
}
