package dev.genserver.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.genserver.client.model.CounterIncrement;
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
    Status started = servers.start("counters", name, null, null, Map.of("initialValue", 40));
    assertThat(started.getArguments()).isEqualTo(Map.of("initialValue", 40));
    assertThat(started.getStartedAt()).isNotNull();

    assertThat(counters.countersIncrement(name, "5s", new CounterIncrement()).getValue())
        .isEqualTo(41);
    assertThat(counters.countersIncrement(name, null, new CounterIncrement().by(-1L)).getValue())
        .isEqualTo(40);
    counters.countersReset(name);
    assertThat(counters.countersValue(name, null).getValue()).isZero();
    assertThat(servers.status("counters", name).getHandled()).isEqualTo(4);
    servers.stop("counters", name);
  }

  @Test
  void entries_anyKeyAndValue() throws ApiException {
    KvStoresApi stores = new KvStoresApi(service);
    String name = name();
    String key = "users/1 ä+?#;%2F\"{}";
    Object value = Arrays.asList("Alice", null, Map.of("age", 30), 1.5, true);

    stores.kvStoresPut(name, key, new ValueBody().value(value));
    assertThat(stores.kvStoresGet(name, key, null).getValue()).isEqualTo(value);
    stores.kvStoresPut(name, "null", new ValueBody().value(null));
    assertThat(stores.kvStoresKeys(name, "u", 10, null, null).getKeys()).containsExactly(key);
    assertThat(stores.kvStoresDelete(name, "null", null).getValue()).isNull();
  }

  @Test
  void session_createdAndEnded() throws ApiException {
    SessionStoresApi stores = new SessionStoresApi(service);
    String name = name();
    SessionStoreCreate alice = new SessionStoreCreate().userId("alice").data(Map.of("a", 1));
    SessionStoreView session = stores.sessionStoresCreate(name, alice, null);

    assertThat(session.getExpiresAt()).isAfter(session.getCreatedAt());
    stores.sessionStoresRefresh(name, session.getSessionId());
    assertThat(stores.sessionStoresGet(name, session.getSessionId(), null).getUserId())
        .isEqualTo("alice");
    stores.sessionStoresDelete(name, session.getSessionId(), null);
    assertThat(stores.sessionStoresStats(name, null).getSize()).isZero();
  }

  @Test
  void anyKind_calledAndCast() throws ApiException {
    String name = name();
    servers.cast("stacks", name, "push", Map.of("item", "tea"));
    assertThat(servers.call("stacks", name, "pop", "1s", Map.of()))
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
    stacks.stacksPush(name, new StackPush().item("tea"));
    stacks.stacksPop(name, null);

    ApiException refused =
        catchThrowableOfType(ApiException.class, () -> stacks.stacksPop(name, null));
    assertThat(refused.getCode()).isEqualTo(409);
    Problem problem = service.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
    assertThat(problem.getCode()).isEqualTo("empty");
    assertThat(problem.getServer()).isEqualTo("stacks/" + name);
    assertThat(problem.getRetryable()).isFalse();

    assertThatThrownBy(() -> counters.countersValue("nobody", null))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("no-server");
  }

  /** One that no test before this one used, for the service may have been running for long. */
  private static String name() {
    return "client-" + System.nanoTime();
  }
}
