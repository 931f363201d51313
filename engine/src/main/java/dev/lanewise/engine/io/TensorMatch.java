package dev.lanewise.engine.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out which tensor of a file is which of a network, by shape first and then by order; {@link
 * PyTorchFile} has the rules.
 */
final class TensorMatch {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern LAST_WORD = Pattern.compile("[./_][^./_]*\\z");
  private static final Pattern LEADING_ZEROS = Pattern.compile("^0+");
  private static final int MOST_NAMED = 3;

  /** Numbers without leading zeros; as text, since they may be of any length. */
  private static final Comparator<String> BY_VALUE =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private final Path file;
  private final List<ChannelsFirst> wanted;
  private final List<TensorInfo> found;

  /** Tensors that belong together: a weight and its bias, or just one tensor. */
  private record Group(String name, List<TensorInfo> tensors) {
    List<List<Long>> shapes() {
      return tensors.stream().map(TensorInfo::shape).toList();
    }
  }

  private TensorMatch(Path file, List<ChannelsFirst> wanted, List<TensorInfo> found) {
    this.file = file;
    this.wanted = wanted;
    this.found = found;
  }

  /**
   * The file's tensors in the order of those wanted.
   *
   * @param wanted the network's tensors, weight and bias in turn
   * @param found the file's tensors in the order of their data
   */
  static List<TensorInfo> of(Path file, List<ChannelsFirst> wanted, List<TensorInfo> found)
      throws ModelFormatException {
    return new TensorMatch(file, wanted, found).match();
  }

  private List<TensorInfo> match() throws ModelFormatException {
    requireEqualShapes();
    for (List<Group> groups : List.of(named(), neighbours())) {
      if (counts(groups.stream().map(Group::shapes)).equals(counts(layers().stream()))) {
        return place(groups, layers());
      }
    }
    return place(
        found.stream().map(tensor -> new Group(tensor.name(), List.of(tensor))).toList(),
        wanted.stream().map(tensor -> List.of(tensor.shape())).toList());
  }

  /** Says what is wrong where the file has not exactly the shapes of the network. */
  private void requireEqualShapes() throws ModelFormatException {
    List<ChannelsFirst> missing = new ArrayList<>(wanted);
    List<TensorInfo> surplus = new ArrayList<>();
    for (TensorInfo tensor : found) {
      int i = 0;
      while (i < missing.size() && !missing.get(i).shape().equals(tensor.shape())) {
        i++;
      }
      if (i < missing.size()) {
        missing.remove(i);
      } else {
        surplus.add(tensor);
      }
    }
    if (missing.isEmpty() && surplus.isEmpty()) {
      return;
    }
    String expected =
        listed(missing, tensor -> PyTorchFile.name(tensor) + " " + tensor.shape());
    if (surplus.isEmpty()) {
      throw new ModelFormatException(
          file, "tensors", "there is none left for the network's " + expected);
    }
    TensorInfo first = surplus.getFirst();
    throw new ModelFormatException(
        file,
        "tensor " + ModelFormatException.quoted(first.name()),
        missing.isEmpty()
            ? "the network has no tensor left of its shape " + first.shape()
            : "its shape is %s, what the network still needs is %s"
                .formatted(first.shape(), expected));
  }

  private static <T> String listed(List<T> things, Function<T, String> text) {
    String listed =
        things.stream().limit(MOST_NAMED).map(text).collect(Collectors.joining(", "));
    return things.size() > MOST_NAMED ? listed + ", ..." : listed;
  }

  /** The shapes of the network's layers, weight before bias. */
  private List<List<List<Long>>> layers() {
    List<List<List<Long>>> layers = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i += 2) {
      layers.add(List.of(wanted.get(i).shape(), wanted.get(i + 1).shape()));
    }
    return layers;
  }

  /** Tensors grouped by their names without the last word. */
  private List<Group> named() {
    Map<String, List<TensorInfo>> groups = new LinkedHashMap<>();
    for (TensorInfo tensor : found) {
      String name = LAST_WORD.matcher(tensor.name()).replaceFirst("");
      groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor);
    }
    return groups.entrySet().stream().map(e -> group(e.getKey(), e.getValue())).toList();
  }

  /** Each two tensors that follow each other in the file. */
  private List<Group> neighbours() {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i + 1 < found.size(); i += 2) {
      groups.add(group(found.get(i).name(), found.subList(i, i + 2)));
    }
    return groups;
  }

  /** A group with the weight first; a bias has one dimension. */
  private static Group group(String name, List<TensorInfo> tensors) {
    return new Group(
        name,
        tensors.stream()
            .sorted(Comparator.comparingInt(tensor -> -tensor.shape().size()))
            .toList());
  }

  private static <T> Map<T, Long> counts(Stream<T> things) {
    return things.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** Puts groups in the place of shapes, of which there are as many of each kind. */
  private List<TensorInfo> place(List<Group> groups, List<List<List<Long>>> shapes)
      throws ModelFormatException {
    Map<List<List<Long>>, List<Group>> waiting =
        groups.stream().collect(Collectors.groupingBy(Group::shapes));
    Map<List<List<Long>>, Iterator<Group>> ordered = new HashMap<>();
    for (Map.Entry<List<List<Long>>, List<Group>> equal : waiting.entrySet()) {
      ordered.put(equal.getKey(), ordered(equal.getValue()).iterator());
    }
    List<TensorInfo> tensors = new ArrayList<>();
    for (List<List<Long>> shape : shapes) {
      tensors.addAll(Objects.requireNonNull(ordered.get(shape)).next().tensors());
    }
    return tensors;
  }

  /** Groups of equal shapes, given in the order of the file, in that of the network. */
  private List<Group> ordered(List<Group> groups) throws ModelFormatException {
    if (groups.size() == 1) {
      return groups;
    }
    boolean numbered = groups.stream().map(group -> pattern(group.name())).distinct().count() == 1;
    List<Group> byNumber =
        groups.stream().sorted(Comparator.comparing(Group::name, TensorMatch::compare)).toList();
    if (numbered && (sortedByName() || byNumber.equals(groups))) {
      return byNumber;
    }
    if (!numbered && !sortedByName()) {
      return groups;
    }
    throw new ModelFormatException(
        file,
        "tensors " + listed(groups, group -> ModelFormatException.quoted(group.name())),
        "of equal shapes %s, and it is not clear in which order; number them in that of the network"
            .formatted(groups.getFirst().shapes()));
  }

  private boolean sortedByName() {
    List<String> names = found.stream().map(TensorInfo::name).toList();
    return names.equals(names.stream().sorted().toList());
  }

  /** A name with its numbers taken out: names of one pattern are told apart by them. */
  private static String pattern(String name) {
    return NUMBER.matcher(name).replaceAll("0");
  }

  private static int compare(String one, String other) {
    return Arrays.compare(numbers(one), numbers(other), BY_VALUE);
  }

  private static String[] numbers(String name) {
    return NUMBER
        .matcher(name)
        .results()
        .map(number -> LEADING_ZEROS.matcher(number.group()).replaceFirst(""))
        .toArray(String[]::new);
  }
}
