package dev.lanewise.mnist.web;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param status of HTTP
 * @param type the media type
 * @param body its bytes; not copied
 * @param headers beside its type and length
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record WebReply(int status, String type, byte[] body, Map<String, String> headers) {
  /** The page loads nothing from elsewhere, runs no script but its own, and is in no frame. */
  private static final Map<String, String> OF_PAGES =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), microphone=(), geolocation=()",
          "Cache-Control",
          "no-cache");

  private static final Map<String, String> OF_ANSWERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Cache-Control",
          "no-store");

  /** A file of the page. */
  static WebReply page(String type, byte[] body) {
    return new WebReply(200, type, body, OF_PAGES);
  }

  /** An answer of the JSON interface; no cache keeps it. */
  static WebReply json(int status, String json) {
    return new WebReply(
        status, "application/json", json.getBytes(StandardCharsets.UTF_8), OF_ANSWERS);
  }

  static WebReply error(WebException e) {
    JsonObject json = new JsonObject();
    json.addProperty("status", e.status());
    json.addProperty("error", e.getMessage());
    WebReply reply = json(e.status(), json + "\n");
    Map<String, String> headers = new HashMap<>(reply.headers);
    headers.putAll(e.headers());
    return new WebReply(reply.status, reply.type, reply.body, headers);
  }

  /**
   * Sends it.
   *
   * @param last whether the connection ends with it
   */
  void send(HttpExchange exchange, boolean last) throws IOException {
    Headers sent = exchange.getResponseHeaders();
    sent.set("Content-Type", type);
    headers.forEach(sent::set);
    if (last) {
      sent.set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      sent.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    OutputStream out = exchange.getResponseBody();
    out.write(body);
    out.flush();
  }
}
