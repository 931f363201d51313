package dev.lanewise.mnist.web;

import com.sun.net.httpserver.HttpServer;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.model.DigitModel;
import dev.lanewise.mnist.model.DigitReader;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.UsageException;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP server with a virtual thread for each request. A shutdown hook stops it on Ctrl-C.
 * Thread-safe.
 */
public final class WebServer implements AutoCloseable {
  /** Connections beyond these are closed at once. */
  static final int MAX_CONNECTIONS = 1024;

  /** Requests under way when the server is stopped have so long to end. */
  private static final int GRACE_SECONDS = 3;

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads;
  private final DigitReader digits;
  private final WebHandler handler;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-server");
  private boolean stopping;

  static {
    // The JDK's server reads these when its classes are loaded. What the user has set stays.
    setDefault("sun.net.httpserver.maxReqTime", 10); // seconds, for all of a request
    setDefault("sun.net.httpserver.maxRspTime", 10);
    setDefault("sun.net.httpserver.idleInterval", 30); // seconds
    setDefault("sun.net.httpserver.maxIdleConnections", MAX_CONNECTIONS);
    setDefault("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
    setDefault("sun.net.httpserver.maxReqHeaders", 64);
    setDefault("sun.net.httpserver.maxReqHeaderSize", 16 * 1024);
    setDefault("sun.net.httpserver.drainAmount", 64 * 1024);
    System.setProperty(
        "sun.net.httpserver.nodelay", System.getProperty("sun.net.httpserver.nodelay", "true"));
  }

  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private WebServer(HttpServer server, DigitReader digits, boolean loopback) {
    this.server = server;
    this.digits = digits;
    threads = Executors.newVirtualThreadPerTaskExecutor();
    handler = new WebHandler(digits, loopback);
    server.setExecutor(threads);
    server.createContext("/", handler);
  }

  /**
   * Starts a server.
   *
   * @param model a model file, or null for the bundled one
   * @param host the address to listen on, or null for the loopback address
   * @param port the port, or 0 for any that is free
   * @param listening told where the page is as soon as browsers may connect; they are answered once
   *     this method returns, half a second later
   * @throws UsageException if the model cannot be used, or there is no such address
   * @throws PortException if the port cannot be had
   */
  public static WebServer start(
      @Nullable Path model, @Nullable String host, int port, Consumer<String> listening) {
    try (Model opened = DigitModel.open(model)) {
      return start(opened, address(host), port, listening);
    }
  }

  private static WebServer start(
      Model model, InetAddress address, int port, Consumer<String> listening) {
    HttpServer server = listen(new InetSocketAddress(address, port));
    try {
      listening.accept(url(server));
      DigitReader digits = new DigitReader(model, Runtime.getRuntime().availableProcessors());
      WebServer web = new WebServer(server, digits, address.isLoopbackAddress());
      Runtime.getRuntime().addShutdownHook(web.hook);
      server.start();
      return web;
    } catch (RuntimeException | Error e) {
      server.stop(0);
      throw e;
    }
  }

  private static InetAddress address(@Nullable String host) {
    try {
      return host == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new UsageException("no such address: " + host);
    }
  }

  private static HttpServer listen(InetSocketAddress address) {
    try {
      return HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      throw new PortException(
          reason.contains("in use")
              ? "port %d is in use; choose another one with --port".formatted(address.getPort())
              : "cannot listen on %s port %d: %s"
                  .formatted(address.getHostString(), address.getPort(), reason));
    } catch (IOException e) {
      throw new PortException(
          "cannot listen on port %d: %s".formatted(address.getPort(), ConsoleText.reason(e)));
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Where the page is. */
  String url() {
    return url(server);
  }

  private static String url(HttpServer server) {
    InetAddress address = server.getAddress().getAddress();
    String host = address.getHostAddress();
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      host = "localhost";
    } else if (address instanceof Inet6Address) {
      host = "[" + host.replaceFirst("%.*", "") + "]";
    }
    return "http://%s:%d/".formatted(host, server.getAddress().getPort());
  }

  /** Lets the JIT compiler do its work; requests are answered meanwhile. */
  public void warmUp() {
    handler.warmUp();
  }

  /** Waits until the server is stopped. */
  public void awaitStop() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    server.stop(GRACE_SECONDS);
    threads.shutdownNow();
    threads.close();
    digits.close();
    stopped.countDown();
  }

  /** Stops, letting the requests under way end. Closing twice does nothing. */
  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is about to end, and this hook is what has stopped the server.
    }
  }
}
