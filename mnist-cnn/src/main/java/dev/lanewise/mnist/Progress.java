package dev.lanewise.mnist;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.TrainingListener;
import dev.lanewise.engine.train.TrainingPosition;

/** Shows one run on the screen while it goes on. */
final class Progress implements TrainingListener {
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
  public void onBatch(int epoch, int done, int total, double loss) {
    long now = System.nanoTime();
    if (screen.liveColumns() > 0 && (now - drawn >= REDRAW_NANOS || done == total)) {
      drawn = now;
      String run = lines.run(optimizer, seed, epoch);
      double seconds = (now - epochStart) * 1e-9;
      screen.live(LiveText.of(run, done, total, loss, seconds, screen.liveColumns()));
    }
  }

  @Override
  public void onEpoch(EpochResult epoch) {
    screen.println(lines.line(optimizer, seed, epoch));
    begin();
  }

  /** Says where the run goes on. */
  void resumed(TrainingPosition position) {
    screen.println(
        "%s, seed %d: goes on after step %d, in epoch %d"
            .formatted(optimizer, seed, position.steps(), position.epoch()));
  }

  /** Says that the test images are being measured. */
  void testing() {
    screen.live(optimizer + ": measuring on the test images");
  }
}
