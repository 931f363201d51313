package dev.lanewise.mnist.terminal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Answers to signals of the operating system. By reflection, since javac warns of {@code
 * sun.misc.Signal}, the only way to them, and since a trimmed Java may lack its module.
 */
final class Signals {
  private Signals() {}

  /**
   * Has a signal do something, in a thread of its own each time it comes. Does nothing where the
   * signal is not known, or where this process was started with it ignored.
   *
   * @param name without SIG, for example INT
   */
  @SuppressWarnings("ReferenceEquality") // a handler equals itself alone
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == args[0];
                    default -> "handler of " + name;
                  });
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw new LinkageError("sun.misc.Signal fails", e);
      }
      // No such signal here, or Java was told to keep off it (-Xrs).
    } catch (ReflectiveOperationException e) {
      // There is no module jdk.unsupported: Java's own answers remain.
    }
  }
}
