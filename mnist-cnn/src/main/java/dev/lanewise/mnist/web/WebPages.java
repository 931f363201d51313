package dev.lanewise.mnist.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page, a fixed list: no path leads to anything else. Immutable. */
final class WebPages {
  private final Map<String, WebReply> pages = new HashMap<>();

  WebPages() {
    add("/", "page.html", "text/html; charset=utf-8");
    add("/page.css", "page.css", "text/css; charset=utf-8");
    add("/page.js", "page.js", "text/javascript; charset=utf-8");
    add("/pad.js", "pad.js", "text/javascript; charset=utf-8");
    add("/icon.svg", "icon.svg", "image/svg+xml");
  }

  private void add(String path, String file, String type) {
    try (InputStream in = WebPages.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks web/" + file);
      }
      pages.put(path, WebReply.page(type, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable WebReply find(String path) {
    return pages.get(path);
  }
}
