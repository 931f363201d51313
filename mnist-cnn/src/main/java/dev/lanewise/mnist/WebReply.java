package dev.lanewise.mnist;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param status of HTTP
 * @param type the media type
 * @param body its bytes; not copied
 * @param headers beside those that all answers have
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record WebReply(int status, String type, byte[] body, Map<String, String> headers) {
  /** The page loads nothing from elsewhere, runs no script but its own, and is in no frame. */
  private static final Map<String, String> SECURITY =
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
          "camera=(), microphone=(), geolocation=()");

  /** An answer of the JSON interface; no cache keeps it. */
  static WebReply json(int status, String json) {
    return json(status, json, Map.of());
  }

  private static WebReply json(int status, String json, Map<String, String> headers) {
    return new WebReply(
        status, "application/json", json.getBytes(StandardCharsets.UTF_8), headers);
  }

  static WebReply error(WebException e) {
    JsonObject json = new JsonObject();
    json.addProperty("status", e.status());
    json.addProperty("error", e.getMessage());
    return json(e.status(), json + "\n", e.headers());
  }

  /**
   * Sends it.
   *
   * @param last whether the connection ends with it
   */
  void send(HttpExchange exchange, boolean last) throws IOException {
    Headers sent = exchange.getResponseHeaders();
    SECURITY.forEach(sent::set);
    sent.set("Content-Type", type);
    sent.set("Cache-Control", "no-store");
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
