package dev.genserver.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.genserver.client.model.BatchesItem;
import dev.genserver.client.model.CounterCount;
import dev.genserver.client.model.CounterIncrement;
import dev.genserver.client.model.FleetMessage;
import dev.genserver.client.model.Problem;
import dev.genserver.client.model.SessionStoreCreate;
import dev.genserver.client.model.SessionStoreView;
import dev.genserver.client.model.StackPush;
import dev.genserver.client.model.Status;
import dev.genserver.client.model.ValueBody;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The generated client against the service that described itself. */
class ClientTest {
  private final ApiClient service = client(System.getProperty("service"));
  private final ServersApi servers = new ServersApi(service);
  private final CountersApi counters = new CountersApi(service);

  static ApiClient client(String url) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
    return client;
  }

  @Test
  void counter_startedAndIncremented() throws ApiException {
    String name = name();
    Status started =
        servers.start(
            "counters",
            name,
            null,
            "permanent",
            null,
            null,
            null,
            null,
            Map.of("initialValue", 40));
    assertThat(started.getArguments()).isEqualTo(Map.of("initialValue", 40));
    assertThat(started.getStartedAt()).isNotNull();

    CounterIncrement one = new CounterIncrement();
    CounterIncrement less = new CounterIncrement().by(-1L);
    assertThat(counters.countersIncrement(name, "5s", null, null, one).getValue()).isEqualTo(41);
    assertThat(counters.countersIncrement(name, null, null, null, less).getValue()).isEqualTo(40);
    counters.countersReset(name, null, null, null);
    assertThat(value(name)).isZero();
    assertThat(servers.status("counters", name).getHandled()).isEqualTo(4);
    servers.stop("counters", name);
  }

  @Test
  void counter_suspendedAndLookedInto() throws ApiException {
    String name = name();
    counters.countersIncrement(name, null, null, null, new CounterIncrement());
    servers.suspend("counters", name);
    servers.replaceState("counters", name, 12);
    assertThat(servers.status("counters", name).getStatus()).isEqualTo("suspended");
    assertThat(servers.state("counters", name, null)).isEqualTo(12);
    assertThat(servers.mailbox("counters", name).getWaiting()).isEmpty();
    servers.resume("counters", name);
    assertThat(value(name)).isEqualTo(12);
    servers.stop("counters", name);
  }

  private Long value(String name) throws ApiException {
    return counters.countersValue(name, null, null, null, null).getValue();
  }

  @Test
  void increment_repeatedUnderItsKey() throws ApiException {
    String name = name();
    String key = "order-4711";
    CounterIncrement one = new CounterIncrement();

    ApiResponse<CounterCount> first =
        counters.countersIncrementWithHttpInfo(name, null, null, key, one);
    ApiResponse<CounterCount> again =
        counters.countersIncrementWithHttpInfo(name, null, null, key, one);
    assertThat(again.getData()).isEqualTo(first.getData());
    assertThat(again.getHeaders()).containsEntry("idempotency-replayed", List.of("true"));
    assertThat(value(name)).isOne();
  }

  @Test
  void reset_tiedToAVersion() throws ApiException {
    String name = name();
    counters.countersIncrement(name, null, null, null, new CounterIncrement());
    String tag =
        counters
            .countersValueWithHttpInfo(name, null, null, null, null)
            .getHeaders()
            .get("etag")
            .get(0);

    counters.countersReset(name, null, tag, null);
    ApiException refused =
        catchThrowableOfType(
            ApiException.class, () -> counters.countersReset(name, null, tag, null));
    assertThat(refused.getCode()).isEqualTo(412);
  }

  @Test
  void messages_manyAndLater() throws ApiException {
    String name = name();
    BatchesItem increment = new BatchesItem().operation("increment").arguments(Map.of("by", 2));
    assertThat(servers.batch("counters", name, List.of(increment, increment), true, null))
        .extracting(replies -> replies.getReplies().get(1).getBody())
        .isEqualTo(Map.of("value", 4));
    assertThat(
            servers
                .multiCall("counters", "value", new FleetMessage().names(List.of(name)), null)
                .getReplies())
        .isEqualTo(Map.of(name, Map.of("value", 4)));

    String timer = servers.cast("counters", name, "reset", "1h", null, null, Map.of()).getTimer();
    assertThat(servers.timers("counters", name, null).getTimers())
        .singleElement()
        .matches(set -> set.getId().equals(timer) && !set.getOwn());
    servers.cancel("counters", name, timer, null);
  }

  @Test
  void entries_anyKeyAndValue() throws ApiException {
    KvStoresApi stores = new KvStoresApi(service);
    String name = name();
    String key = "users/1 ä+?#;%2F\"{}";
    Object value = Arrays.asList("Alice", null, Map.of("age", 30), 1.5, true);

    stores.kvStoresPut(name, key, new ValueBody().value(value), null, null, null, null);
    assertThat(stores.kvStoresGet(name, key, null, null, null, null).getValue()).isEqualTo(value);
    stores.kvStoresPut(name, "null", new ValueBody().value(null), null, null, null, null);
    assertThat(stores.kvStoresKeys(name, "u", 10, null, null, null, null, null).getKeys())
        .containsExactly(key);
    assertThat(stores.kvStoresDelete(name, "null", null, null, null, null).getValue()).isNull();
  }

  @Test
  void session_createdAndEnded() throws ApiException {
    SessionStoresApi stores = new SessionStoresApi(service);
    String name = name();
    SessionStoreCreate alice = new SessionStoreCreate().userId("alice").data(Map.of("a", 1));
    SessionStoreView session = stores.sessionStoresCreate(name, alice, null, null, null);

    assertThat(session.getExpiresAt()).isAfter(session.getCreatedAt());
    String id = session.getSessionId();
    stores.sessionStoresRefresh(name, id, null, null, null);
    assertThat(stores.sessionStoresGet(name, id, null, null, null, null).getUserId())
        .isEqualTo("alice");
    stores.sessionStoresDelete(name, id, null, null, null);
    assertThat(stores.sessionStoresStats(name, null, null, null, null).getSize()).isZero();
  }

  @Test
  void anyKind_calledAndCast() throws ApiException {
    String name = name();
    servers.cast("stacks", name, "push", null, null, null, Map.of("item", "tea"));
    assertThat(servers.call("stacks", name, "pop", "1s", null, null, null, Map.of()))
        .isEqualTo(Map.of("item", "tea"));
    assertThat(servers.listOfKind("stacks", name, null, null).getServers())
        .extracting("name")
        .isEqualTo(List.of(name));
    assertThat(servers.kinds().getKinds()).extracting("kind").contains("counters", "caches");
  }

  @Test
  void refusal_isAProblem() throws Exception {
    StacksApi stacks = new StacksApi(service);
    String name = name();
    stacks.stacksPush(name, new StackPush().item("tea"), null, null, null);
    stacks.stacksPop(name, null, null, null);

    ApiException refused =
        catchThrowableOfType(ApiException.class, () -> stacks.stacksPop(name, null, null, null));
    assertThat(refused.getCode()).isEqualTo(409);
    Problem problem = service.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
    assertThat(problem.getCode()).isEqualTo("empty");
    assertThat(problem.getServer()).isEqualTo("stacks/" + name);
    assertThat(problem.getRetryable()).isFalse();

    assertThatThrownBy(() -> value("nobody"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("no-server");
  }

  /** One that no test before this one used, for the service may have been running for long. */
  private static String name() {
    return "client-" + System.nanoTime();
  }
}
