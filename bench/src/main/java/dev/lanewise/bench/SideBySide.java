package dev.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes a comparison of libraries as a page of Markdown with its pictures. */
public final class SideBySide {
  private final String cpu;
  private final Map<String, String> facts;
  private final Map<String, String> libraries;
  private final List<Outcome> outcomes;
  private final List<String> notes;

  /**
   * Takes what the page tells.
   *
   * @param cpu the CPU's name
   * @param facts machine, command and settings, in order
   * @param libraries names and versions, in the order of the columns
   * @param outcomes in the order of the rows
   * @param notes sentences at the end
   */
  public SideBySide(
      String cpu,
      Map<String, String> facts,
      Map<String, String> libraries,
      List<Outcome> outcomes,
      List<String> notes) {
    this.cpu = cpu;
    this.facts = new LinkedHashMap<>(facts);
    this.libraries = new LinkedHashMap<>(libraries);
    this.outcomes = List.copyOf(outcomes);
    this.notes = List.copyOf(notes);
  }

  /** A CPU's name as that of a file: {@code intel-xeon-processor}. */
  public static String slug(String cpu) {
    String plain = cpu.toLowerCase(Locale.ROOT).replaceAll("\\((r|tm)\\)", " ").replaceAll("[^a-z0-9]+", "-");
    String slug = plain.replaceAll("^-+|-+$", "");
    return slug.isEmpty() ? "unknown" : slug;
  }

  /**
   * Writes the page and its pictures, over older ones of the same CPU.
   *
   * @return the page
   * @throws IOException if a file cannot be written
   */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Group group : groups()) {
      group.draw(folder.resolve(picture(group)));
    }
    Path page = folder.resolve(slug(cpu) + ".md");
    Files.writeString(page, markdown());
    return page;
  }

  private String picture(Group group) {
    return slug(cpu) + "-" + group.part() + "-" + group.threads() + ".svg";
  }

  /** The page. */
  String markdown() {
    StringBuilder page = new StringBuilder("# Side by side on " + cpu + "\n\n");
    page.append("How it is measured and what it means: [benchmarks](../benchmarks.md#side-by-side).\n\n");
    facts.forEach((name, value) -> page.append("- ").append(name).append(": ").append(value).append('\n'));
    page.append("\n| library | version |\n|---|---|\n");
    libraries.forEach((name, version) -> page.append("| " + name + " | " + version + " |\n"));
    page.append(
        "\nA cell has the median over the forks, its part of the FMA peak of the same minute, and the slowest fork's"
            + " part over the\nfastest's.\n");
    for (Group group : groups()) {
      page.append('\n').append(group.markdown(picture(group)));
    }
    if (!notes.isEmpty()) {
      page.append("\n## Notes\n\n");
      notes.forEach(note -> page.append("- ").append(note).append('\n'));
    }
    return page.toString();
  }

  private List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    for (String part : outcomes.stream().map(Outcome::part).distinct().toList()) {
      Set<Integer> threads =
          outcomes.stream()
              .filter(o -> o.part().equals(part))
              .map(Outcome::threads)
              .collect(Collectors.toCollection(TreeSet::new));
      for (int count : threads) {
        groups.add(
            new Group(
                part, count, List.copyOf(libraries.keySet()),
                outcomes.stream().filter(o -> o.part().equals(part) && o.threads() == count).toList()));
      }
    }
    return groups;
  }

  /** One table and its picture. */
  private record Group(String part, int threads, List<String> order, List<Outcome> outcomes) {
    private String title() {
      return part + ", " + (threads == 1 ? "one thread" : threads + " threads");
    }

    private List<String> columns() {
      return order.stream().filter(name -> outcomes.stream().anyMatch(o -> o.library().equals(name))).toList();
    }

    private List<String> rows() {
      return outcomes.stream().map(Outcome::what).distinct().toList();
    }

    private List<Outcome> cells(String row, String column) {
      return outcomes.stream().filter(o -> o.what().equals(row) && o.library().equals(column)).toList();
    }

    String markdown(String picture) {
      StringBuilder text = new StringBuilder("## " + title() + "\n\n");
      text.append("![" + title() + "](" + picture + ")\n\n");
      text.append("| " + outcomes.getFirst().unit() + " |");
      columns().forEach(column -> text.append(' ').append(column).append(" |"));
      text.append("\n|---|").append("---|".repeat(columns().size())).append('\n');
      Map<String, Integer> remarks = new LinkedHashMap<>();
      for (String row : rows()) {
        text.append("| ").append(row).append(" |");
        for (String column : columns()) {
          text.append(' ').append(cell(cells(row, column), remarks)).append(" |");
        }
        text.append('\n');
      }
      if (!remarks.isEmpty()) {
        text.append('\n');
      }
      remarks.forEach((remark, number) -> text.append(number + ". " + remark + "\n"));
      return text.toString();
    }

    private static String cell(List<Outcome> cells, Map<String, Integer> remarks) {
      if (cells.isEmpty()) {
        return "–";
      }
      Outcome outcome = cells.getFirst();
      if (!outcome.counts()) {
        String remark = outcome.remark().isEmpty() ? "nothing was measured" : outcome.remark();
        remarks.putIfAbsent(remark, remarks.size() + 1);
        return "– (" + remarks.get(remark) + ")";
      }
      return Report.rate(outcome.rate()) + " · " + Report.decimal(outcome.share(), 2) + " · "
          + Report.decimal(outcome.spread(), 2);
    }

    void draw(Path file) throws IOException {
      boolean sizes = rows().size() > 2 && rows().stream().allMatch(row -> row.matches("\\d+"));
      if (sizes) {
        List<Double> x = rows().stream().map(Double::valueOf).toList();
        List<Charts.Line> lines =
            columns().stream().map(column -> new Charts.Line(column, x, shares(column), true)).toList();
        Charts.lines(file, title(), "rows and columns", "part of the peak", Charts.Scale.SHARE, lines);
        return;
      }
      Map<String, List<Double>> bars = new LinkedHashMap<>();
      for (String column : columns()) {
        bars.put(column, shares(column));
      }
      Charts.bars(file, title(), "part of the peak", rows(), bars);
    }

    private List<Double> shares(String column) {
      return rows().stream()
          .map(row -> cells(row, column).stream().findFirst().map(Outcome::share).orElse(Double.NaN))
          .toList();
    }
  }
}
