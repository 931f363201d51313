package dev.lanewise.engine.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // what hangs need not heed an interrupt
class TeamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  @DisplayName("each member runs each task once, and run returns when all have finished")
  void everyMemberOnce(int size) {
    try (Team team = new Team(size)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(size);
      for (int round = 1; round <= 2_000; round++) {
        team.run(runs::incrementAndGet);
        for (int member = 0; member < size; member++) {
          assertThat(runs.get(member)).isEqualTo(round);
        }
      }
    }
  }

  @Test
  @DisplayName("a team that was idle for long enough to park wakes up")
  void wakesUp() throws InterruptedException {
    try (Team team = new Team(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      for (int round = 1; round <= 5; round++) {
        Thread.sleep(20);
        team.run(runs::incrementAndGet);
        assertThat(runs.get(1)).isEqualTo(round);
      }
    }
  }

  @Test
  @DisplayName("an idle team burns no processor time")
  void parks() throws InterruptedException {
    var beans = (com.sun.management.OperatingSystemMXBean)
        java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    try (Team team = new Team(2)) {
      team.run(member -> {});
      Thread.sleep(100);
      long before = beans.getProcessCpuTime();
      Thread.sleep(500);
      assertThat((beans.getProcessCpuTime() - before) / 1e6).as("milliseconds in half a second").isLessThan(250);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @DisplayName("a failing share ends run with that cause, and the team goes on working")
  void failure(int failing) {
    try (Team team = new Team(2)) {
      RuntimeException cause = new RuntimeException("broken");
      assertThatThrownBy(
              () ->
                  team.run(
                      member -> {
                        if (member == failing) {
                          throw cause;
                        }
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(cause);
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      team.run(runs::incrementAndGet);
      assertThat(runs.get(0) + runs.get(1)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("a second caller is refused while a task runs")
  void refusesSecondCaller() throws InterruptedException {
    try (Team team = new Team(2)) {
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch finish = new CountDownLatch(1);
      Thread first =
          new Thread(
              () ->
                  team.run(
                      member -> {
                        started.countDown();
                        try {
                          finish.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      }));
      first.start();
      started.await();
      assertThatThrownBy(() -> team.run(member -> {})).hasMessageContaining("another thread");
      finish.countDown();
      first.join();
    }
  }

  @Test
  @DisplayName("closing ends the threads, twice does no harm, and a closed team refuses work")
  void close() {
    Team team = new Team(4);
    team.run(member -> {});
    team.close();
    team.close();
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().startsWith("lanewise-"));
    assertThatThrownBy(() -> team.run(member -> {})).hasMessageContaining("closed");
  }

  @Test
  @DisplayName("a system without another thread gets back those that were started")
  void noMoreThreads() {
    List<Thread> started = new ArrayList<>();
    assertThatThrownBy(
            () ->
                new Team(
                    4,
                    thread -> {
                      if (started.size() == 2) {
                        throw new OutOfMemoryError("unable to create native thread");
                      }
                      thread.start();
                      started.add(thread);
                    }))
        .hasMessage("unable to create native thread");
    assertThat(started).hasSize(2).noneMatch(Thread::isAlive);
  }
}
