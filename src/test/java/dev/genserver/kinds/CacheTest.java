package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheTest {
  private static final Duration TTL = Duration.ofMinutes(1);

  private final ManualServer<Cache.Entries, Cache.Op> cache = new ManualServer<>(new Cache(2, TTL));

  private void put(String key, String value) {
    assertThat(cache.ask(new Cache.Put(key, new Json(value)))).isNull();
  }

  private Object get(String key) {
    return cache.ask(new Cache.Get(key));
  }

  private static Cache.Value value(String value) {
    return new Cache.Value(new Json(value));
  }

  /** Size, hits, misses, evictions and expirations. */
  private void assertStats(int size, long hits, long misses, long evictions, long expirations) {
    assertThat(cache.ask(new Cache.Stats()))
        .isEqualTo(new Cache.Counts(size, 2, TTL, hits, misses, evictions, expirations));
  }

  @Test
  void put_newKeyAtCapacity_evictsTheLeastRecentlyUsed() {
    put("a", "1");
    put("b", "2");
    get("a");

    put("c", "3");

    assertThat(get("b")).isEqualTo("not-found");
    assertThat(get("a")).isEqualTo(value("1"));
    assertThat(get("c")).isEqualTo(value("3"));
    assertStats(2, 3, 1, 1, 0);
    assertThat(cache.self.counts).containsOnlyKeys("evictions").containsEntry("evictions", 1L);
  }

  @Test
  void put_existingKeyAtCapacity_evictsNothingAndIsAUse() {
    put("a", "1");
    put("b", "2");

    put("a", "null");
    assertStats(2, 0, 0, 0, 0);

    put("c", "3");
    assertThat(get("b")).isEqualTo("not-found");
    assertThat(get("a")).isEqualTo(value("null"));
  }

  @Test
  void put_atCapacityOverAnExpired_isAnExpiration() {
    put("a", "1");
    put("b", "2");
    cache.pass(TTL.plusMillis(1));

    put("c", "3");

    assertStats(2, 0, 0, 0, 1);
    assertThat(get("a")).isEqualTo("not-found");
    assertThat(get("b")).isEqualTo("expired");
  }

  @Test
  void get_expired_onceThenNotFound() {
    put("a", "1");
    cache.pass(TTL.plusMillis(1));

    assertThat(get("a")).isEqualTo("expired");
    assertThat(get("a")).isEqualTo("not-found");
    assertStats(0, 0, 2, 0, 1);
    assertThat(cache.self.counts).containsEntry("expirations", 1L);
  }

  @Test
  void get_inTime_livesOnFromThere() {
    put("a", "1");
    cache.pass(TTL);
    assertThat(get("a")).isEqualTo(value("1"));
    cache.pass(TTL);
    assertThat(get("a")).isEqualTo(value("1"));
    cache.pass(TTL.plusNanos(1));
    assertThat(get("a")).isEqualTo("expired");
  }

  @Test
  void put_overAnExpired_livesAnew() {
    put("a", "1");
    cache.pass(TTL.plusMillis(1));
    put("a", "2");

    assertThat(get("a")).isEqualTo(value("2"));
  }

  @Test
  void get_isATouchAndNoChange() {
    put("a", "1");
    put("b", "2");
    cache.state = marked(cache.state);

    get("a");

    assertThat(cache.state.byKey().changed()).isEmpty();
    assertThat(cache.state.byKey().first().value()).isEqualTo(new Json("2"));
  }

  private static Cache.Entries marked(Cache.Entries entries) {
    return new Cache.Entries(entries.byKey().mark(0), entries.uses(), 0, 0, 0, 0);
  }

  @Test
  void delete_repliesTheValueOnce() {
    put("a", "1");

    assertThat(cache.ask(new Cache.Delete("a"))).isEqualTo(value("1"));
    assertThat(cache.ask(new Cache.Delete("a"))).isEqualTo("not-found");
    assertStats(0, 0, 0, 0, 0);
  }

  @Test
  void delete_expired() {
    put("a", "1");
    cache.pass(TTL.plusMillis(1));

    assertThat(cache.ask(new Cache.Delete("a"))).isEqualTo("not-found");
  }

  @Test
  void sweep_dropsTheExpiredAlone() {
    put("a", "1");
    put("b", "2");
    cache.advance(Duration.ofSeconds(30));
    get("a");

    cache.advance(Duration.ofSeconds(30).plusMillis(1));

    assertStats(1, 1, 0, 0, 1);
    assertThat(cache.self.timers).containsOnlyKeys("sweep");
    cache.advance(Duration.ofSeconds(30));
    assertStats(0, 1, 0, 0, 2);
    assertThat(cache.self.timers).isEmpty();
    assertThat(cache.self.counts).containsEntry("expirations", 2L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void maxSize_belowOne(int maxSize) {
    assertThatThrownBy(() -> new Cache(maxSize, TTL))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("maxSize: ");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 315_360_000_001L})
  void ttl_outOfRange(long millis) {
    assertThatThrownBy(() -> new Cache(1, Duration.ofMillis(millis)))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("ttl: ");
  }
}
