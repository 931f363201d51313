package dev.lanewise.mnist.results;

import java.util.List;

/** How a training went, whether it came to its end or not. */
public sealed interface Course permits RunResult, UnfinishedRun {
  /** The value of {@link #outcome} of a run that came to its end. */
  String FINISHED = "finished";

  String optimizer();

  long seed();

  /** How it ended: one word. */
  String outcome();

  List<RunResult.Epoch> epochs();

  List<Step> steps();

  /** What a run is called where it has files. */
  static String name(String optimizer, long seed) {
    return optimizer + "-" + seed;
  }
}
