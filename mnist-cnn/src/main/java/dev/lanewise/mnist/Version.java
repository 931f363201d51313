package dev.lanewise.mnist;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The application's version, from the manifest of its jar. */
final class Version implements IVersionProvider {
  static final String NUMBER =
      Objects.requireNonNullElse(
          Version.class.getPackage().getImplementationVersion(), "(unpackaged)");

  @Override
  public String[] getVersion() {
    return new String[] {"mnist-cnn " + NUMBER};
  }
}
