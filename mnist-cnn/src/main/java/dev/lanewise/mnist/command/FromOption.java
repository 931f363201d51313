package dev.lanewise.mnist.command;

import picocli.CommandLine.Option;

/** The option that says whose layout a model has. */
final class FromOption {
  @Option(
      names = "--from",
      paramLabel = "lanewise|pytorch",
      description = {
        "Whose layout the model has (default: ${DEFAULT-VALUE}).",
        "pytorch: a state_dict with the tensors of this application's network, under any names."
      },
      defaultValue = "lanewise",
      converter = Choice.From.class)
  private String from = "lanewise";

  String value() {
    return from;
  }
}
