package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients write while the service, or its database, is killed at a random moment; afterwards all
 * that they were told must be true.
 */
@Timeout(3600)
class CrashIT {
  private static final boolean LONG = Boolean.getBoolean("genserver.test.long");
  private static final int ROUNDS = LONG ? 200 : 10;
  private static final int CLIENTS = 32;

  /** Answers before anything is stored, and stores a while later: what must not be. */
  private static final String HASTY =
      """
      package dev.genserver;

      import dev.genserver.store.Change;
      import dev.genserver.store.StateStore;
      import java.lang.reflect.InvocationTargetException;
      import java.lang.reflect.Proxy;
      import java.util.concurrent.ExecutorService;
      import java.util.concurrent.Executors;
      import org.springframework.beans.factory.config.BeanPostProcessor;
      import org.springframework.stereotype.Component;

      @Component
      public class Hasty implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          if (!(bean instanceof StateStore store)) {
            return bean;
          }
          ExecutorService later = Executors.newSingleThreadExecutor();
          return Proxy.newProxyInstance(
              bean.getClass().getClassLoader(),
              new Class<?>[] {StateStore.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("commit")) {
                  later.execute(() -> {
                    try {
                      Thread.sleep(20);
                    } catch (InterruptedException e) {
                      return;
                    }
                    store.commit((java.util.List<Change>) arguments[0], true);
                  });
                  return null;
                }
                return method.invoke(store, arguments);
              });
        }
      }
      """;

  private final Random random = new Random();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<CrashClient> clients =
      IntStream.range(0, CLIENTS)
          .mapToObj(i -> new CrashClient(http, this::uri, i, random.nextLong()))
          .toList();

  @TempDir private Path folder;
  private volatile GenserverProcess genserver;
  private long all;

  @AfterEach
  void end() {
    if (genserver != null) {
      genserver.kill();
    }
    http.close();
  }

  @Test
  void processKilled_embeddedDatabase() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      genserver = GenserverProcess.start("--genserver.data=" + folder.resolve("data"));
      check();
      writeUntil(genserver::kill);
    }
    genserver = GenserverProcess.start("--genserver.data=" + folder.resolve("data"));
    check();
    assertThat(all).isPositive();
  }

  @Test
  void processOrDatabaseKilled_postgres() throws Exception {
    Path data = folder.resolve("pg");
    EmbeddedPostgres postgres = postgres(data, 0);
    int port = postgres.getPort();
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try {
      genserver = startOn(url);
      for (int round = 0; round < ROUNDS; round++) {
        if (round % 2 == 0) {
          writeUntil(genserver::kill);
          genserver = startOn(url);
        } else {
          EmbeddedPostgres killed = postgres;
          writeUntil(() -> kill(data, killed));
          postgres = postgres(data, port);
          await().atMost(Duration.ofSeconds(30)).until(this::storeIsBack);
        }
        check();
      }
      assertThat(all).isPositive();
    } finally {
      postgres.close();
    }
  }

  @Test
  void repliesBeforeTheCommit_areFound() throws Exception {
    Path classes = compileHasty();
    Throwable found = null;
    for (int round = 0; round < 10 && found == null; round++) {
      genserver = GenserverProcess.startWith(classes, "--genserver.data=" + folder.resolve("data"));
      found = catchThrowable(this::check);
      if (found == null) {
        writeUntil(genserver::kill);
      }
    }
    assertThat(found).isInstanceOf(AssertionError.class);
  }

  private GenserverProcess startOn(String url) throws Exception {
    return GenserverProcess.start(
        "--spring.datasource.url=" + url, "--spring.datasource.username=postgres");
  }

  private void writeUntil(Runnable kill) {
    keepSessionsForLong();
    AtomicBoolean go = new AtomicBoolean(true);
    List<CompletableFuture<Void>> writing = new ArrayList<>();
    for (CrashClient client : clients) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              client.run(go::get);
              done.complete(null);
            } catch (Throwable t) {
              done.completeExceptionally(t);
            }
          });
      writing.add(done);
    }
    pause(Duration.ofMillis(200 + random.nextInt(800)));
    kill.run();
    go.set(false);
    writing.forEach(CompletableFuture::join);
  }

  /** The random moment is the point: there is nothing to wait for. */
  @SuppressWarnings("ThreadSleep")
  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void check() {
    long told = clients.stream().mapToLong(CrashClient::called).sum();
    long perhaps = clients.stream().mapToLong(CrashClient::calledPerhaps).sum();
    long there = CrashClient.counter(http, this::uri, "all");
    assertThat(there).as("calls of all").isBetween(all + told, all + told + perhaps);
    all = there;
    clients.forEach(CrashClient::settleCalls);
    clients.forEach(CrashClient::check);
  }

  private void keepSessionsForLong() {
    HttpRequest start =
        HttpRequest.newBuilder(uri("/v1/session-stores/all"))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"timeout\":\"1d\"}"))
            .build();
    try {
      assertThat(http.send(start, BodyHandlers.ofString()).statusCode()).isIn(200, 201);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean storeIsBack() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/v1/counters/probe/increment"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  private URI uri(String path) {
    return genserver.uri(path);
  }

  private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
    var builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("fsync", "on");
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  private static void kill(Path data, EmbeddedPostgres postgres) {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
      ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
      List<ProcessHandle> children = postmaster.descendants().toList();
      postmaster.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      postmaster.onExit().join();
      children.forEach(child -> child.onExit().join());
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      postgres.close();
    } catch (IOException e) {
      // Its own stop finds nothing to stop.
    }
  }

  private Path compileHasty() throws IOException {
    Path source = folder.resolve("Hasty.java");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.writeString(source, HASTY);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                source.toString());
    assertThat(result).isZero();
    return classes;
  }
}
