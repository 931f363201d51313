package dev.lanewise.mnist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection over which anything can be sent, be it HTTP or not. */
public final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;

  public RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Says that nothing more will be sent. */
  public RawHttp end() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** All that comes until the server closes the connection. */
  public String rest() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4096];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        bytes.write(buffer, 0, count);
      }
    } catch (SocketException e) {
      // A reset is a way of closing, too.
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** One exchange on a connection of its own, which the server is asked to close. */
  public static String exchange(int port, String requestLine, String headers, String body)
      throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.send(requestLine + "\r\n" + headers + "Connection: close\r\n\r\n" + body).rest();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
