package dev.genserver;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.genserver.behaviour.Behaviour;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The packaged jar, started and ended as an operator would. */
class GenserverIT {
  /** What a process ends with that SIGTERM has ended. */
  private static final int TERMINATED = 128 + 15;

  private static final Duration SOON = Duration.ofSeconds(20);

  /** That a handler hangs is reported, and is the point here. */
  private static final Pattern TROUBLE =
      Pattern.compile("(?i)^(?!.* is in wait for ).*\\b(warn|warning|error|exception)\\b.*");

  /** A kind whose handler waits until a file is there. */
  private static final String WAITER =
      """
      package dev.genserver.kinds;

      import dev.genserver.behaviour.Behaviour;
      import dev.genserver.behaviour.Name;
      import dev.genserver.behaviour.Self;
      import dev.genserver.behaviour.Step;
      import java.nio.file.Files;
      import java.nio.file.Path;

      @Name("waiters")
      public record Waiter() implements Behaviour<Long, Waiter.Op> {
        public sealed interface Op {}
        public record Wait(String file) implements Op {}
        public record Count() implements Op {}

        @Override public Step<Long> init(Self self) { return Step.done(0L); }

        @Override public Step<Long> handle(Op op, Long count, Self self) {
          if (op instanceof Wait(String file)) {
            while (!Files.exists(Path.of(file))) {
              Thread.onSpinWait();
            }
          }
          return Step.reply(count + 1, count + 1);
        }
      }
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @AfterEach
  void end() {
    http.close();
  }

  @Test
  void jar_startedAndTerminated() throws Exception {
    try (var genserver = GenserverProcess.start()) {
      var readiness = get(genserver, "/actuator/health/readiness");
      assertThat(readiness.statusCode()).isEqualTo(200);
      assertThat(readiness.body()).contains("UP");
      assertThat(genserver.output().getFirst()).contains("Starting AOT-processed");
      assertThat(genserver.output())
          .hasSizeLessThan(8)
          .last()
          .asString()
          .contains("127.0.0.1 (this machine only)", "/v1", "/swagger-ui.html", "/actuator");

      genserver.terminate();

      assertThat(genserver.awaitExit(SOON)).isEqualTo(TERMINATED);
      assertNoTrouble(genserver);
    }
  }

  @Test
  void jar_settingsThatDecideWhatThereIs() throws Exception {
    try (var genserver =
        GenserverProcess.start(
            "--management.endpoints.web.exposure.include=health,beans",
            "--springdoc.api-docs.enabled=false",
            "--genserver.data=" + folder.resolve("none"),
            "--genserver.durability=memory")) {
      assertThat(genserver.output().getFirst()).contains("Starting GenserverApplication");
      assertThat(get(genserver, "/actuator/beans").statusCode()).isEqualTo(200);
      assertThat(get(genserver, "/v3/api-docs").statusCode()).isEqualTo(404);
      assertThat(folder.resolve("none")).doesNotExist();
    }
  }

  @Test
  void log_asJson() throws Exception {
    try (var genserver = GenserverProcess.start("--logging.structured.format.console=ecs")) {
      genserver.terminate();
      genserver.awaitExit(SOON);
      assertThat(genserver.output())
          .isNotEmpty()
          .allSatisfy(line -> {
            var event = JsonMapper.shared().readTree(line);
            assertThat(event.path("@timestamp").asString()).isNotEmpty();
            assertThat(event.path("message").asString()).isNotEmpty();
            assertThat(event.path("log").path("level").asString()).isEqualTo("INFO");
            assertThat(event.path("service").path("name").asString()).isEqualTo("genserver");
          });
    }
  }

  @Test
  void terminate_mailboxDrainsInTime() throws Exception {
    try (var genserver = GenserverProcess.startWith(waiters(), "--genserver.drain=1m")) {
      Path goOn = folder.resolve("go-on");
      var inHand = send(genserver, "call/wait?timeout=2m", "{\"file\":\"%s\"}".formatted(goOn));
      var waiting = queue(genserver);

      genserver.terminate();
      await().until(() -> get(genserver, "/actuator/health/readiness").statusCode() == 503);
      await().until(() -> send(genserver, "cast/count", "{}").get().statusCode() == 503);
      assertShuttingDown(send(genserver, "call/count", "{}"));
      Files.createFile(goOn);

      assertThat(inHand.get(20, SECONDS).body()).isEqualTo("1");
      assertThat(Long.parseLong(waiting.get(20, SECONDS).body())).isGreaterThan(51);
      assertThat(genserver.awaitExit(SOON)).isEqualTo(TERMINATED);
      assertNoTrouble(genserver);
    }
  }

  @Test
  void terminate_handlerHangs() throws Exception {
    try (var genserver = GenserverProcess.startWith(waiters(), "--genserver.drain=100ms")) {
      var inHand = send(genserver, "call/wait?timeout=2m", "{\"file\":\"/never\"}");
      var waiting = queue(genserver);

      genserver.terminate();

      assertShuttingDown(inHand);
      assertShuttingDown(waiting);
      assertThat(genserver.awaitExit(SOON)).isEqualTo(TERMINATED);
      assertNoTrouble(genserver);
    }
  }

  /** Puts 51 messages behind the one in hand; returns the call that is the last of them. */
  private CompletableFuture<HttpResponse<String>> queue(GenserverProcess genserver) {
    awaitStatus(genserver, "\"handled\":1");
    for (int i = 0; i < 50; i++) {
      assertThat(send(genserver, "cast/count", "{}").join().statusCode()).isEqualTo(202);
    }
    var last = send(genserver, "call/count?timeout=2m", "{}");
    awaitStatus(genserver, "\"mailbox\":51");
    return last;
  }

  private void awaitStatus(GenserverProcess genserver, String member) {
    await().until(() -> get(genserver, "/v1/waiters/a").body().contains(member));
  }

  /** The classes of the waiters, in a folder of their own. */
  private Path waiters() throws Exception {
    Path kinds = Files.createDirectory(folder.resolve("classes"));
    Path source = Files.writeString(folder.resolve("Waiter.java"), WAITER);
    Path classes =
        Path.of(Behaviour.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-d",
                kinds.toString(),
                "-cp",
                classes.toString(),
                source.toString());
    assertThat(failed).isZero();
    return kinds;
  }

  private static void assertShuttingDown(CompletableFuture<HttpResponse<String>> call)
      throws Exception {
    var response = call.get(20, SECONDS);
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"code\":\"shutting-down\"");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  private CompletableFuture<HttpResponse<String>> send(
      GenserverProcess genserver, String message, String body) {
    var request =
        HttpRequest.newBuilder(genserver.uri("/v1/waiters/a/" + message))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(GenserverProcess genserver, String path) throws Exception {
    return http.send(HttpRequest.newBuilder(genserver.uri(path)).build(), BodyHandlers.ofString());
  }

  private static void assertNoTrouble(GenserverProcess genserver) {
    assertThat(genserver.output()).noneMatch(line -> TROUBLE.matcher(line).matches());
  }
}
