package dev.lanewise.mnist.web;

import java.util.Map;

/** A request that is answered by an error: a status of HTTP and one line for the caller. */
final class WebException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  WebException(int status, String message) {
    this(status, message, Map.of());
  }

  WebException(int status, String message, Map<String, String> headers) {
    super(message, null, false, false); // thrown for what strangers send: no stack trace
    this.status = status;
    this.headers = headers;
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }
}
