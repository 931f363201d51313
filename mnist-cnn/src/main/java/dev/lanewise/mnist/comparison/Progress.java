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
  private long epochStart;
  private long drawn;

  Progress(Screen screen, EpochLines lines, String optimizer, long seed) {
    this.screen = screen;
    this.lines = lines;
    this.optimizer = optimizer;
    this.seed = seed;
    begin();
    screen.live(lines.run(optimizer, seed, 1));
  }

  private void begin() {
    epochStart = System.nanoTime();
    drawn = epochStart;
  }

  @Override
  public void onResume(TrainingPosition position) {
    screen.println(
        "%s, seed %d: goes on after step %d, in epoch %d"
            .formatted(optimizer, seed, position.steps(), position.epoch()));
  }

  @Override
  public void onStep(StepMetrics step) {
    long now = System.nanoTime();
    boolean last = step.samplesDone() == step.samples();
    if (screen.liveColumns() > 0 && (now - drawn >= REDRAW_NANOS || last)) {
      drawn = now;
      String run = lines.run(optimizer, seed, step.epoch());
      screen.live(LiveText.of(run, step, (now - epochStart) * 1e-9, screen.liveColumns()));
    }
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    screen.println(lines.line(optimizer, seed, epoch.result()));
    begin();
  }

  @Override
  public void onTest() {
    screen.live(optimizer + ": measuring on the test images");
  }
}
