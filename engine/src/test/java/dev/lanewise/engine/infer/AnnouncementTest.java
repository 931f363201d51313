package dev.lanewise.engine.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.infer.Weights.Version;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class AnnouncementTest {
  private final Announcement announcement = new Announcement();
  private final Version first = version();
  private final Version second = version();
  private final Version third = version();

  private static Version version() {
    return new Version(MemorySegment.NULL, MemorySegment.NULL);
  }

  @Test
  @DisplayName("a version published between look and announcement is the one that is announced and used")
  void looksAgain() {
    ArrayDeque<Version> current = new ArrayDeque<>(List.of(first, second, second));
    assertThat(announcement.announce(current::remove)).isSameAs(second);
    assertThat(announcement.names(second)).isTrue();
    assertThat(announcement.names(first)).isFalse();
    assertThat(current).isEmpty();
  }

  @Test
  @DisplayName("it looks until nothing was published in between")
  void looksUntilItIsTheSame() {
    ArrayDeque<Version> current = new ArrayDeque<>(List.of(first, second, third, first, first));
    assertThat(announcement.announce(current::remove)).isSameAs(first);
    assertThat(announcement.names(first)).isTrue();
    assertThat(current).isEmpty();
  }

  @Test
  @DisplayName("whenever it looks again, it has announced what it saw before")
  void announcesBeforeItLooksAgain() {
    ArrayDeque<Version> current = new ArrayDeque<>(List.of(first, second, third, third));
    List<Version> seen = new ArrayList<>();
    announcement.announce(
        () -> {
          assertThat(seen.isEmpty() || announcement.names(seen.getLast())).isTrue();
          seen.add(current.remove());
          return seen.getLast();
        });
    assertThat(seen).containsExactly(first, second, third, third);
  }

  @Test
  @DisplayName("a second user is refused until the first is done")
  void refusesASecondUser() {
    announcement.announce(() -> first);
    assertThatThrownBy(() -> announcement.announce(() -> first)).hasMessageContaining("another thread");
    assertThatThrownBy(announcement::close).hasMessageContaining("another thread");
    announcement.withdraw();
    assertThat(announcement.names(first)).isFalse();
    assertThat(announcement.announce(() -> second)).isSameAs(second);
  }

  @Test
  @DisplayName("closing ends it once and for all")
  void closes() {
    assertThat(announcement.close()).isTrue();
    assertThat(announcement.close()).isFalse();
    assertThatThrownBy(() -> announcement.announce(() -> first)).hasMessage("the predictor is closed");
  }
}
