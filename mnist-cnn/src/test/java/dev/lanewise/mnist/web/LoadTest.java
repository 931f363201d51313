package dev.lanewise.mnist.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good clients get their answers while others attack. The short form is part of the suite; {@code
 * -Dlanewise.load.seconds=60 -Dlanewise.load.rate=10000} makes it the long one.
 */
class LoadTest {
  private static final int SECONDS = Integer.getInteger("lanewise.load.seconds", 3);
  private static final int FIRST_SECONDS = Math.max(2, SECONDS / 3);
  private static final int RATE = Integer.getInteger("lanewise.load.rate", 1000);
  private static final int CLIENTS = Integer.getInteger("lanewise.load.clients", 16);

  @TempDir Path dir;

  @Test
  void goodRequestsAreAnsweredUnderAttack() throws Exception {
    try (ServerProcess server = new ServerProcess(dir)) {
      server.awaitWarm();
      // The first attack finds code that neither side has compiled yet: nothing may be lost, but it is slow.
      try (Attackers attackers = new Attackers(server.port())) {
        Load.Result first = new Load(server.port(), RATE, CLIENTS, FIRST_SECONDS).run();
        System.out.println("[load] with the first " + attackers.attacks() + " attacks: " + first);
        assertThat(attackers.attacks()).isPositive();
        assertThat(first.errors()).isZero();
      }
      Load load = new Load(server.port(), RATE, CLIENTS, SECONDS);
      Load.Result calm = load.run();
      System.out.println("[load] alone: " + calm);
      assertThat(calm.errors()).isZero();
      try (Attackers attackers = new Attackers(server.port())) {
        Load.Result attacked = load.run();
        System.out.println("[load] with " + attackers.attacks() + " attacks: " + attacked);
        assertThat(attackers.attacks()).isGreaterThan(50);
        assertThat(attacked.errors()).isZero();
        assertThat(attacked.times().getTotalCount()).isEqualTo(calm.times().getTotalCount());
      }
      assertThat(server.process().isAlive()).isTrue();
      assertThat(server.output()).doesNotContain("Exception", "Error");
    }
  }
}
