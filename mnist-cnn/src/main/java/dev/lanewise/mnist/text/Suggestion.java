package dev.lanewise.mnist.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant who mistyped a word. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The beginning of an answer to a word that is not known.
   *
   * @return {@code "; did you mean X?"} with the nearest of the known words, or {@code ""} if none
   *     is near: more than a third of its letters would have to be typed anew
   */
  public static String of(String word, Collection<String> known) {
    String lower = word.strip().toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(lower, candidate)))
        .filter(nearest -> 3 * distance(lower, nearest) <= Math.max(3, nearest.length()))
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }

  /**
   * Letters to insert, delete, replace, or exchange with their neighbour (optimal string alignment:
   * Damerau and Levenshtein).
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int differ = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + differ);
        boolean exchanged =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (exchanged) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
