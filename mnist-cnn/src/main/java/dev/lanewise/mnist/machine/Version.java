package dev.lanewise.mnist.machine;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The application's version, from the manifest of its jar. */
public final class Version implements IVersionProvider {
  public static final String NUMBER =
      Objects.requireNonNullElse(
          Version.class.getPackage().getImplementationVersion(), "(unpackaged)");

  @Override
  public String[] getVersion() {
    return new String[] {"mnist-cnn " + NUMBER};
  }
}
