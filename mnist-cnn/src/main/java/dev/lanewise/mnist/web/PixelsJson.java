package dev.lanewise.mnist.web;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.lanewise.mnist.picture.MnistForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads {@code {"pixels": [784 whole numbers from 0 to 255]}}, and nothing else. */
final class PixelsJson {
  private PixelsJson() {}

  /**
   * Reads the pixels of one image.
   *
   * @throws WebException 400 with the place, if it is anything else
   */
  static byte[] read(byte[] body) {
    // A decoder, not a character set: malformed UTF-8 is an error then.
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(body), StandardCharsets.UTF_8.newDecoder()))) {
      json.setStrictness(Strictness.STRICT);
      require(json, JsonToken.BEGIN_OBJECT);
      json.beginObject();
      require(json, JsonToken.NAME);
      String name = json.nextName();
      if (!name.equals("pixels")) {
        throw new WebException(400, "the only member allowed is \"pixels\"");
      }
      byte[] pixels = pixels(json);
      require(json, JsonToken.END_OBJECT);
      json.endObject();
      require(json, JsonToken.END_DOCUMENT);
      return pixels;
    } catch (CharacterCodingException e) {
      throw new WebException(400, "not UTF-8");
    } catch (IOException e) {
      throw new WebException(400, "not JSON as described in docs/serve.md");
    }
  }

  private static byte[] pixels(JsonReader json) throws IOException {
    require(json, JsonToken.BEGIN_ARRAY);
    json.beginArray();
    byte[] pixels = new byte[MnistForm.PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      require(json, JsonToken.NUMBER);
      pixels[i] = pixel(json);
    }
    require(json, JsonToken.END_ARRAY);
    json.endArray();
    return pixels;
  }

  private static byte pixel(JsonReader json) throws IOException {
    try {
      int value = json.nextInt();
      if (value >= 0 && value <= 255) {
        return (byte) value;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new WebException(400, "not a whole number from 0 to 255 before " + json.getPath());
  }

  private static void require(JsonReader json, JsonToken expected) throws IOException {
    JsonToken found = json.peek();
    if (found != expected) {
      throw new WebException(
          400, "%s instead of %s at %s".formatted(word(found), word(expected), json.getPath()));
    }
  }

  private static String word(JsonToken token) {
    return switch (token) {
      case BEGIN_ARRAY -> "[";
      case END_ARRAY -> "]";
      case BEGIN_OBJECT -> "{";
      case END_OBJECT -> "}";
      case NAME -> "a name";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a truth value";
      case NULL -> "null";
      case END_DOCUMENT -> "the end";
    };
  }
}
