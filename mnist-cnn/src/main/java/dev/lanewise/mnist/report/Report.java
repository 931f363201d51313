package dev.lanewise.mnist.report;

import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.text.OutputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the report: a page, tables and pictures, all of them from results.json and the models beside it. */
public final class Report {
  static final String PAGE = "report.html";

  private final ResultsFolder folder;
  private final Consumer<String> errors;

  /**
   * A report in a folder.
   *
   * @param folder has the results and the models
   * @param errors takes what is missing in the report and why, a line each
   */
  public Report(ResultsFolder folder, Consumer<String> errors) {
    this.folder = folder;
    this.errors = errors;
  }

  /**
   * Writes it, each file whole or not at all.
   *
   * @param results what it is about
   * @param images the data of the results, or null if it is not there any more
   * @return the page
   * @throws OutputException if a file cannot be written
   */
  public Path write(Results results, @Nullable ImageData images) {
    List<OptimizerRuns> runs = OptimizerRuns.of(results);
    ReportCharts charts = new ReportCharts(results, runs);
    List<Course> courses = results.courses();
    folder.write("epochs.csv", bytes(ReportTables.epochs(courses)));
    folder.write("steps.csv", bytes(ReportTables.steps(courses)));
    // Images are drawn in memory. Without this a Mac would show the application in its dock.
    System.setProperty("java.awt.headless", "true");
    ReportDetails details = new ReportDetails(folder, images);
    folder.write(PAGE, bytes(new ReportPage(results, runs, charts, details).html()));
    ReportPictures.write(folder, runs, charts, errors);
    return folder.file(PAGE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
