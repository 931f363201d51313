package dev.lanewise.mnist.attack;

import dev.lanewise.mnist.RawHttp;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.web.WebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server in this process for the bytes of {@link FuzzTarget#HTTP}. It ends with the process. */
final class FuzzServer {
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  static final byte[] HEALTH = bytes("GET /health" + HOST + "Connection: close\r\n\r\n");

  private static final WebServer SERVER = started();

  private FuzzServer() {}

  private static WebServer started() {
    WebServer server = WebServer.start(null, null, 0, url -> {});
    server.warmUp();
    return server;
  }

  /** Good requests of each kind. */
  static List<byte[]> requests() {
    byte[] pixels = FuzzMaterial.pixels();
    return List.of(
        HEALTH,
        bytes("GET /page.js" + HOST + "\r\nHEAD /" + HOST + "\r\n"),
        request("POST /predict?input" + HOST + "Content-Type: application/json\r\n", pixels),
        request("POST /predict" + HOST + "Content-Type: application/octet-stream\r\n", new byte[MnistForm.PIXELS]),
        bytes("POST /predict" + HOST + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        bytes("POST /predict HTTP/1.0\r\nHost: [::1]:80\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"));
  }

  private static byte[] request(String head, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes(head + "Content-Length: " + body.length + "\r\n\r\n"));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** All that the server answers to these bytes on a connection of their own. */
  static String answers(byte[] input) throws IOException {
    try (RawHttp http = new RawHttp(SERVER.port())) {
      try {
        http.send(input).end();
      } catch (SocketException e) {
        // It has heard enough, and closed the connection; there may be an answer nevertheless.
      }
      return http.rest();
    }
  }
}
