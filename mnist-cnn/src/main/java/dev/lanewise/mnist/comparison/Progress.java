package dev.lanewise.mnist.comparison;

import dev.lanewise.engine.train.TrainingPosition;
import dev.lanewise.mnist.metrics.EpochMetrics;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.metrics.StepMetrics;
import dev.lanewise.mnist.terminal.Screen;

/** Shows one run on the screen while it goes on. */
final class Progress implements RunListener {
  private static final long REDRAW_NANOS = 100_000_000;

  private final Screen screen;
  private final EpochLines lines;
  private final String optimizer;
  private final long seed;
  private final TimeLeft timeLeft;
  private long epochStart;
  private long drawn;

  /** Images of the epoch that an earlier process has trained. */
  private int doneBefore;

  /**
   * Begins a run.
   *
   * @param first whether nothing was trained before, so that the kernels have yet to be compiled
   */
  Progress(
      Screen screen, EpochLines lines, String optimizer, long seed, TimeLeft timeLeft, boolean first) {
    this.screen = screen;
    this.lines = lines;
    this.optimizer = optimizer;
    this.seed = seed;
    this.timeLeft = timeLeft;
    timeLeft.nextRun();
    begin();
    screen.live(lines.run(optimizer, seed, 1) + (first ? "  compiling kernels" : ""));
  }

  private void begin() {
    epochStart = System.nanoTime();
    drawn = epochStart;
    doneBefore = 0;
  }

  @Override
  public void onResume(TrainingPosition position) {
    screen.println(
        "%s, seed %d: goes on after step %d, in epoch %d"
            .formatted(optimizer, seed, position.steps(), position.epoch()));
    doneBefore = position.samplesDone();
  }

  @Override
  public void onStep(StepMetrics step) {
    long now = System.nanoTime();
    boolean last = step.samplesDone() == step.samples();
    if (screen.liveColumns() > 0 && (now - drawn >= REDRAW_NANOS || last)) {
      drawn = now;
      String run = lines.run(optimizer, seed, step.epoch());
      double speed = (step.samplesDone() - doneBefore) / Math.max(1e-9, (now - epochStart) * 1e-9);
      double left =
          timeLeft.seconds(
              step.epoch(),
              (step.samples() - step.samplesDone()) / speed,
              step.samples() / speed);
      screen.live(LiveText.of(run, step, speed, left, screen.liveColumns()));
    }
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    screen.println(lines.line(optimizer, seed, epoch.result()));
    timeLeft.epochTook((System.nanoTime() - epochStart) * 1e-9);
    begin();
  }

  @Override
  public void onTest() {
    screen.live(optimizer + ": measuring on the test images");
  }
}
