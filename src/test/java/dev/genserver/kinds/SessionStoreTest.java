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

class SessionStoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ManualServer<SessionStore.Sessions, SessionStore.Op> store =
      new ManualServer<>(new SessionStore(TIMEOUT));

  private SessionStore.View create() {
    return (SessionStore.View) store.ask(new SessionStore.Create("u1", new Json("{\"a\":1}")));
  }

  private Object get(SessionStore.View session) {
    return store.ask(new SessionStore.Get(session.sessionId()));
  }

  private Object refresh(SessionStore.View session) {
    return store.ask(new SessionStore.Refresh(session.sessionId()));
  }

  private SessionStore.Counts stats() {
    return (SessionStore.Counts) store.ask(new SessionStore.Stats());
  }

  @Test
  void create_answersTheSession() {
    var now = store.self.now;

    var session = create();

    assertThat(session)
        .isEqualTo(
            new SessionStore.View(
                session.sessionId(), "u1", new Json("{\"a\":1}"), now, now, now.plus(TIMEOUT)));
    assertThat(session.sessionId()).hasSize(22);
    assertThat(create().sessionId()).isNotEqualTo(session.sessionId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "[]", "\"{}\"", "true"})
  void create_dataNoObject(String data) {
    assertThatThrownBy(() -> new SessionStore.Create("u1", new Json(data)))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("data: ");
  }

  @Test
  void get_doesNotRefresh() {
    var session = create();
    store.pass(TIMEOUT);

    assertThat(get(session)).isEqualTo(session);
    store.pass(Duration.ofNanos(1));
    assertThat(get(session)).isEqualTo("expired");
    assertThat(get(session)).isEqualTo("expired");
  }

  @Test
  void refresh_inTime_countsFromNow() {
    var session = create();
    store.pass(Duration.ofSeconds(59));

    assertThat(refresh(session)).isNull();

    store.pass(Duration.ofSeconds(59));
    var refreshed = (SessionStore.View) get(session);
    assertThat(refreshed.createdAt()).isEqualTo(session.createdAt());
    assertThat(refreshed.lastAccessedAt()).isEqualTo(session.createdAt().plusSeconds(59));
    assertThat(refreshed.expiresAt()).isEqualTo(session.createdAt().plusSeconds(119));
  }

  @Test
  void refresh_expired_staysExpired() {
    var session = create();
    store.pass(TIMEOUT.plusMillis(1));

    assertThat(refresh(session)).isEqualTo("expired");
    assertThat(refresh(session)).isEqualTo("expired");
    assertThat(get(session)).isEqualTo("expired");
  }

  @Test
  void get_swept() {
    var session = create();
    store.advance(TIMEOUT.plusMillis(1));

    assertThat(get(session)).isEqualTo("not-found");
    assertThat(refresh(session)).isEqualTo("not-found");
    assertThat(store.ask(new SessionStore.Delete(session.sessionId()))).isEqualTo("not-found");
    assertThat(stats()).isEqualTo(new SessionStore.Counts(0, TIMEOUT, 1, 1));
    assertThat(store.self.counts).containsEntry("expirations", 1L);
    assertThat(store.self.timers).isEmpty();
  }

  @Test
  void delete_there() {
    var session = create();

    assertThat(store.ask(new SessionStore.Delete(session.sessionId()))).isNull();
    assertThat(get(session)).isEqualTo("not-found");
    assertThat(stats()).isEqualTo(new SessionStore.Counts(0, TIMEOUT, 1, 0));
  }

  @Test
  void sweep_leavesTheRefreshed() {
    var first = create();
    store.pass(Duration.ofSeconds(10));
    var second = create();
    store.pass(Duration.ofSeconds(10));
    refresh(first);

    store.advance(Duration.ofSeconds(51));

    assertThat(get(second)).isEqualTo("not-found");
    assertThat(get(first)).isInstanceOf(SessionStore.View.class);
    store.advance(Duration.ofSeconds(10));
    assertThat(get(first)).isEqualTo("not-found");
  }

  @Test
  void create_afterAllWereDeleted_isSweptAtItsOwnEnd() {
    var first = create();
    store.pass(Duration.ofSeconds(30));
    store.ask(new SessionStore.Delete(first.sessionId()));
    var second = create();

    store.advance(TIMEOUT);
    assertThat(get(second)).isInstanceOf(SessionStore.View.class);
    store.advance(Duration.ofMillis(1));
    assertThat(get(second)).isEqualTo("not-found");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 315_360_000_001L})
  void timeout_outOfRange(long millis) {
    assertThatThrownBy(() -> new SessionStore(Duration.ofMillis(millis)))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("timeout: ");
  }
}
