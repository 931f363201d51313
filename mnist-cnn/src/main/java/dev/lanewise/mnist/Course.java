package dev.lanewise.mnist;

import java.util.List;

/** How a training went, whether it came to its end or not. */
sealed interface Course permits RunResult, UnfinishedRun {
  /** The value of {@link #outcome} of a run that came to its end. */
  String FINISHED = "finished";

  String optimizer();

  long seed();

  /** How it ended: one word. */
  String outcome();

  List<RunResult.Epoch> epochs();

  List<Step> steps();
}
