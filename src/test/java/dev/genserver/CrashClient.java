package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that remembers what it was told, and later holds the service to it: what was
 * acknowledged is there once, what was refused is not, and what it never heard of may be either.
 */
final class CrashClient {
  private enum Told {
    DONE,
    NOT_DONE,
    UNKNOWN
  }

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final Function<String, URI> service;
  private final int id;
  private final Random random;

  private long called;
  private long calledPerhaps;
  private long cast;
  private long castPerhaps;
  private long pairs;
  private long pairsPerhaps;
  private long timed;
  private long timedPerhaps;
  private long once;
  private @Nullable String retry;
  private int keys;
  private long keyTold;
  private long keySent;
  private final List<String> pushed = new ArrayList<>();
  private final Set<String> pushedPerhaps = new HashSet<>();
  private int pushes;
  private final Set<String> sessions = new HashSet<>();
  private final Set<String> ended = new HashSet<>();

  CrashClient(HttpClient http, Function<String, URI> service, int id, long seed) {
    this.http = http;
    this.service = service;
    this.id = id;
    this.random = new Random(seed);
  }

  /** Sends whatever comes to its mind until it is told to stop, or nobody answers any more. */
  void run(BooleanSupplier go) {
    try {
      while (go.getAsBoolean()) {
        switch (random.nextInt(9)) {
          case 0, 1 -> call();
          case 2 -> castIncrement();
          case 6 -> pair();
          case 7 -> timer();
          case 8 -> once();
          case 3 -> put();
          case 4 -> push();
          default -> session();
        }
      }
    } catch (IOException e) {
      // The process is gone.
    }
  }

  /** What it was told that it has added to the counter of all clients. */
  long called() {
    return called;
  }

  long calledPerhaps() {
    return calledPerhaps;
  }

  private void call() throws IOException {
    Told told = tell("POST", "/v1/counters/all/increment", "");
    called += told == Told.DONE ? 1 : 0;
    calledPerhaps += told == Told.UNKNOWN ? 1 : 0;
    gone(told);
  }

  private void castIncrement() throws IOException {
    Told told = tell("POST", "/v1/counters/cast-" + id + "/cast/increment", "");
    cast += told == Told.DONE ? 1 : 0;
    castPerhaps += told == Told.UNKNOWN ? 1 : 0;
    gone(told);
  }

  /** Two increments or none. */
  private void pair() throws IOException {
    Told told =
        tell(
            "POST",
            "/v1/counters/pairs-" + id + "/batch?atomic=true",
            "[{\"operation\":\"increment\"},{\"operation\":\"increment\"}]");
    pairs += told == Told.DONE ? 1 : 0;
    pairsPerhaps += told == Told.UNKNOWN ? 1 : 0;
    gone(told);
  }

  private void timer() throws IOException {
    String path = "/v1/counters/timed-" + id + "/cast/increment?delay=" + random.nextInt(1500);
    Told told = tell("POST", path + "ms", "");
    timed += told == Told.DONE ? 1 : 0;
    timedPerhaps += told == Told.UNKNOWN ? 1 : 0;
    gone(told);
  }

  /** An increment under a key: one whose answer was lost is sent again until there is one. */
  private void once() throws IOException {
    if (retry == null) {
      retry = "key-" + ++keys;
    }
    Told told = tell("POST", "/v1/counters/once-" + id + "/increment", "", retry);
    if (told == Told.DONE) {
      once++;
      retry = null;
    }
    gone(told);
  }

  private void put() throws IOException {
    keySent++;
    Told told = tell("PUT", "/v1/kv-stores/all/entries/k/" + id, "{\"value\":" + keySent + "}");
    if (told == Told.DONE) {
      keyTold = keySent;
    }
    gone(told);
  }

  private void push() throws IOException {
    String item = id + "-" + ++pushes;
    Told told = tell("POST", "/v1/stacks/s" + id + "/push", "{\"item\":\"" + item + "\"}");
    if (told == Told.DONE) {
      pushed.add(item);
    } else if (told == Told.UNKNOWN) {
      pushedPerhaps.add(item);
    }
    gone(told);
  }

  private void session() throws IOException {
    if (!sessions.isEmpty() && random.nextBoolean()) {
      String session = sessions.iterator().next();
      Told told = tell("DELETE", "/v1/session-stores/all/sessions/" + session, null);
      if (told != Told.NOT_DONE) {
        sessions.remove(session);
      }
      if (told == Told.DONE) {
        ended.add(session);
      }
      gone(told);
      return;
    }
    HttpResponse<String> answer =
        send("POST", "/v1/session-stores/all/sessions", "{\"userId\":\"u" + id + "\"}");
    if (answer == null) {
      throw new IOException("no answer");
    }
    if (answer.statusCode() == 201) {
      sessions.add(JSON.readTree(answer.body()).get("sessionId").stringValue());
    }
  }

  private static void gone(Told told) throws IOException {
    if (told == Told.UNKNOWN) {
      throw new IOException("no answer");
    }
  }

  private Told tell(String method, String path, String body) {
    return tell(method, path, body, null);
  }

  private Told tell(String method, String path, String body, @Nullable String key) {
    HttpResponse<String> answer = send(method, path, body, key);
    if (answer == null || answer.statusCode() == 504) {
      return Told.UNKNOWN;
    }
    if (answer.statusCode() == 503) {
      return Told.NOT_DONE;
    }
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return Told.DONE;
  }

  /** The answer, or null if there was none. */
  private HttpResponse<String> send(String method, String path, String body) {
    return send(method, path, body, null);
  }

  private HttpResponse<String> send(String method, String path, String body, @Nullable String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.apply(path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    if (body != null && !body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // Afterwards.

  /**
   * Looks whether all is as it was told, and goes on from what is there.
   *
   * @throws AssertionError if not
   */
  void check() {
    long casts = counter(http, service, "cast-" + id);
    assertThat(casts).as("casts of %s", id).isBetween(cast, cast + castPerhaps);
    cast = casts;
    castPerhaps = 0;
    checkPairs();
    checkTimers();
    checkOnce();
    checkKey();
    checkPushes();
    checkSessions();
  }

  /**
   * The value of a counter that is only ever incremented by one, so that its version is the same.
   */
  static long counter(HttpClient http, Function<String, URI> service, String name) {
    CrashClient looker = new CrashClient(http, service, 0, 0);
    JsonNode value = looker.get("/v1/counters/" + name + "/value");
    if (value == null) {
      return 0;
    }
    long count = value.get("value").longValue();
    JsonNode status = looker.get("/v1/counters/" + name);
    assertThat(status.get("version").longValue()).as("version of %s", name).isEqualTo(count);
    return count;
  }

  void settleCalls() {
    called = 0;
    calledPerhaps = 0;
  }

  private void checkPairs() {
    long there = counter(http, service, "pairs-" + id);
    assertThat(there % 2).as("halves of pairs of %s", id).isZero();
    assertThat(there / 2).as("pairs of %s", id).isBetween(pairs, pairs + pairsPerhaps);
    pairs = there / 2;
    pairsPerhaps = 0;
  }

  /** Those that were pending when the process was killed still come. */
  private void checkTimers() {
    long before = timed;
    long perhaps = timedPerhaps;
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(counter(http, service, "timed-" + id))
              .as("timers of %s", id)
              .isBetween(before, before + perhaps);
          assertThat(pendingTimers()).isZero();
        });
    timed = counter(http, service, "timed-" + id);
    timedPerhaps = 0;
  }

  private int pendingTimers() {
    JsonNode timers = get("/v1/counters/timed-" + id + "/timers");
    return timers == null ? 0 : timers.get("timers").size();
  }

  private void checkOnce() {
    if (retry != null) {
      assertThat(tell("POST", "/v1/counters/once-" + id + "/increment", "", retry))
          .isEqualTo(Told.DONE);
      once++;
      retry = null;
    }
    assertThat(counter(http, service, "once-" + id)).as("keys of %s", id).isEqualTo(once);
  }

  private void checkKey() {
    JsonNode value = get("/v1/kv-stores/all/entries/k/" + id);
    long there = value == null ? 0 : value.get("value").longValue();
    assertThat(there).as("key of %s", id).isBetween(keyTold, keySent);
    keyTold = there;
  }

  /** Takes all items off; the next round begins with an empty stack. */
  private void checkPushes() {
    List<String> there = new ArrayList<>();
    for (String item = pop(); item != null; item = pop()) {
      there.addFirst(item);
    }
    assertThat(there).as("pushes of %s", id).doesNotHaveDuplicates();
    if (!pushed.isEmpty()) {
      assertThat(there).as("pushes of %s", id).containsSubsequence(pushed);
    }
    Set<String> more = new HashSet<>(there);
    pushed.forEach(more::remove);
    assertThat(pushedPerhaps).as("pushes of %s, perhaps", id).containsAll(more);
    pushed.clear();
    pushedPerhaps.clear();
  }

  private @Nullable String pop() {
    HttpResponse<String> answer = send("POST", "/v1/stacks/s" + id + "/pop", "");
    assertThat(answer).isNotNull();
    return answer.statusCode() == 409
        ? null
        : JSON.readTree(answer.body()).get("item").stringValue();
  }

  private void checkSessions() {
    for (String session : sessions) {
      assertThat(get("/v1/session-stores/all/sessions/" + session)).as("a session").isNotNull();
    }
    for (String session : ended) {
      assertThat(get("/v1/session-stores/all/sessions/" + session)).as("ended session").isNull();
    }
  }

  private JsonNode get(String path) {
    HttpResponse<String> answer = send("GET", path, null);
    assertThat(answer).as(path).isNotNull();
    if (answer.statusCode() == 404) {
      return null;
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
