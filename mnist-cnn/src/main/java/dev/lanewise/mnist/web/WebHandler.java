package dev.lanewise.mnist.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.lanewise.mnist.model.DigitReader;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Answers requests. Thread-safe. */
final class WebHandler implements HttpHandler {
  /** Names of this machine that no other one can have in the DNS. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

  private static final System.Logger LOG = System.getLogger(WebHandler.class.getName());

  private final WebPages pages = new WebPages();
  private final WebPredictions predictions;
  private final boolean loopback;

  /**
   * A handler.
   *
   * @param loopback whether only this machine can ask
   */
  WebHandler(DigitReader digits, boolean loopback) {
    predictions = new WebPredictions(digits);
    this.loopback = loopback;
  }

  void warmUp() {
    predictions.warmUp();
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      WebReply reply;
      boolean refused = false;
      try {
        reply = reply(exchange);
      } catch (WebException e) {
        reply = WebReply.error(e);
        refused = true;
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "a request failed", e);
        reply = WebReply.error(new WebException(500, "the server failed to answer this"));
        refused = true;
      }
      reply.send(exchange, refused);
      if (refused) {
        WebBody.skip(exchange);
      }
    }
  }

  private WebReply reply(HttpExchange exchange) throws IOException {
    requireThisHost(exchange);
    String path = exchange.getRequestURI().getPath();
    return switch (path) {
      case "/predict" -> {
        requireMethod(exchange, "POST");
        yield predictions.answer(exchange);
      }
      case "/health" -> get(exchange, predictions::health);
      default -> {
        WebReply page = pages.find(path);
        if (page == null) {
          throw new WebException(404, "there is nothing here");
        }
        yield get(exchange, () -> page);
      }
    };
  }

  private static WebReply get(HttpExchange exchange, Supplier<WebReply> reply) {
    requireMethod(exchange, "GET, HEAD");
    return reply.get();
  }

  private static void requireMethod(HttpExchange exchange, String allowed) {
    if (!Set.of(allowed.split(", ")).contains(exchange.getRequestMethod())) {
      throw new WebException(405, "use " + allowed, Map.of("Allow", allowed));
    }
  }

  /**
   * A foreign page can have its own name resolved to this machine (DNS rebinding) and would be of
   * the same origin as the server then; its requests still bear that name.
   */
  private void requireThisHost(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (!loopback) {
      return;
    }
    if (host == null || !LOOPBACK.matcher(host).matches()) {
      throw new WebException(421, "this server answers for localhost only");
    }
  }
}
