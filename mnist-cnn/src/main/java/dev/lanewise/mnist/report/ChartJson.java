package dev.lanewise.mnist.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Charts as JSON for the script of the page. */
final class ChartJson {
  private static final MathContext DIGITS = new MathContext(6);

  /** Escapes what could end the script element that takes the text. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(
              LineChart.Point.class,
              (JsonSerializer<LineChart.Point>) (point, _, _) -> array(point))
          .create();

  private ChartJson() {}

  static String of(List<LineChart> charts) {
    return GSON.toJson(charts);
  }

  /** {@code [x, y]}, or {@code [x, y, low, high]} where they differ. */
  private static JsonElement array(LineChart.Point point) {
    JsonArray array = new JsonArray();
    array.add(number(point.x()));
    array.add(number(point.y()));
    if (point.low() < point.high()) {
      array.add(number(point.low()));
      array.add(number(point.high()));
    }
    return array;
  }

  private static JsonPrimitive number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS);
    return new JsonPrimitive(new BigDecimal(rounded.stripTrailingZeros().toString()));
  }
}
