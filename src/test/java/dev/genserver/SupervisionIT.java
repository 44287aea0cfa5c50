package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The supervision tree of the configuration, in a process of its own. */
class SupervisionIT {
  private static final String TREE =
      """
      genserver:
        supervisors:
          - name: shop
            strategy: rest-for-one
            max-restarts: 1
            children:
              - kind: counters
                name: orders
                arguments: '{"initialValue":%d}'
                %s
              - name: carts
                strategy: one-for-all
                children:
                  - {kind: kv-stores, name: prices, on-crash: init}
                  - {kind: stacks, name: returns, arguments: '{"items":[1]}'}
      """;

  /** Long enough for back-offs of a few rounds. */
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final JsonMapper JSON = new JsonMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @AfterEach
  void end() {
    http.close();
  }

  private GenserverProcess start(String tree) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("tree.yaml"), tree);
    return GenserverProcess.start(
        "--spring.config.additional-location=" + file.toUri(),
        "--genserver.data=" + folder.resolve("data"));
  }

  private HttpResponse<String> send(GenserverProcess genserver, String verb, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(genserver.uri(path)).method(verb, BodyPublishers.noBody()).build();
    return http.send(request, BodyHandlers.ofString());
  }

  private JsonNode get(GenserverProcess genserver, String path) {
    try {
      return JSON.readTree(send(genserver, "GET", path).body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void kill(GenserverProcess genserver, String server) throws Exception {
    assertThat(send(genserver, "POST", "/v1/" + server + "/sys/kill").statusCode()).isEqualTo(204);
  }

  @Test
  void tree_isStarted_restarted_heldDown_andReconfigured() throws Exception {
    try (GenserverProcess genserver = start(TREE.formatted(5, ""))) {
      assertThat(get(genserver, "/v1/counters/orders/value").get("value").intValue()).isEqualTo(5);
      kill(genserver, "counters/orders");
      await().untilAsserted(() -> assertThat(restarts(genserver, 0)).isEqualTo(1));
      await().untilAsserted(() -> assertThat(restarts(genserver, 1, 1)).isEqualTo(1));
      await()
          .atMost(SOON)
          .until(() -> {
            kill(genserver, "counters/orders");
            return heldDown(genserver).contains("shop") && isToldToComeAgain(genserver);
          });
      assertThat(send(genserver, "GET", "/actuator/health/readiness").statusCode()).isEqualTo(200);
      await()
          .atMost(SOON)
          .until(() -> send(genserver, "GET", "/v1/stacks/returns/size").statusCode() == 200);
    }
    assertThatThrownBy(() -> start(TREE.formatted(6, "")))
        .hasMessageContaining("genserver.supervisors[0].children[0]")
        .hasMessageContaining("tree.yaml] - 7:")
        .hasMessageContaining("{\"initialValue\":5}")
        .hasMessageContaining("{\"initialValue\":6}");
    try (GenserverProcess genserver = start(TREE.formatted(6, "reconfigure: true"))) {
      JsonNode status = get(genserver, "/v1/counters/orders");
      assertThat(status.path("arguments").path("initialValue").intValue()).isEqualTo(6);
      assertThat(get(genserver, "/v1/counters/orders/value").get("value").intValue()).isEqualTo(5);
    }
  }

  private String heldDown(GenserverProcess genserver) {
    JsonNode health = get(genserver, "/actuator/health/supervisorsHealth");
    return health.path("details").path("heldDown").toString();
  }

  private boolean isToldToComeAgain(GenserverProcess genserver) throws Exception {
    HttpResponse<String> answer = send(genserver, "GET", "/v1/stacks/returns/size");
    return answer.statusCode() == 503 && answer.headers().firstValue("Retry-After").isPresent();
  }

  /** How often the one at this place below the first supervisor was restarted. */
  private int restarts(GenserverProcess genserver, int... place) {
    JsonNode branch = get(genserver, "/v1/supervisors").path("children").path(0);
    for (int child : place) {
      branch = branch.path("children").path(child);
    }
    return branch.path("restarts").intValue();
  }

  @Test
  void property_thatIsNone_stopsTheStart() {
    assertThatThrownBy(() -> start(TREE.formatted(5, "on-crush: init")))
        .hasMessageContaining("genserver.supervisors[0].children[0].on-crush");
  }

  @Test
  void child_thatIsNone_stopsTheStart() {
    assertThatThrownBy(() -> start(TREE.formatted(5, "").replace("kind: stacks", "kind: sticks")))
        .hasMessageContaining("genserver.supervisors[0].children[1].children[1].kind")
        .hasMessageContaining("no kind sticks");
  }
}
