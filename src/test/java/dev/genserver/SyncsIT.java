package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often the packaged jar has the disk synced, as the system's calls say it: {@code kill -9}
 * can't tell, for what was written survives it. {@code strace} writes each call down before it lets
 * it return, and lets it take 5 ms.
 */
class SyncsIT {
  private static final int CHANGES = 50;
  private static final int CLIENTS = 64;
  private static final Duration LOAD = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder;

  @AfterEach
  void end() {
    http.close();
  }

  @Test
  void change_isSyncedBeforeItsReply() throws Exception {
    try (var genserver = start("--genserver.durability=fsync")) {
      assertThat(changesWithSync(genserver)).isEqualTo(CHANGES);
    }
  }

  @Test
  void change_ofTheModeOs_isNotSynced() throws Exception {
    try (var genserver = start("--genserver.durability=os")) {
      // The service may sync now and then for reasons of its own.
      assertThat(changesWithSync(genserver)).isLessThan(CHANGES / 10);
    }
  }

  @Test
  void changesOfManyClients_shareSyncs() throws Exception {
    try (var genserver = start("--genserver.durability=fsync")) {
      load(genserver); // gets it warm
      long before = syncs();
      long replies = load(genserver);
      assertThat(syncs() - before).as("syncs of %s replies", replies).isBetween(1L, replies / 4);
    }
  }

  private GenserverProcess start(String mode) throws IOException, InterruptedException {
    List<String> strace =
        List.of(
            "strace",
            "-D", // as a child of the process, which so keeps its id and its signals
            "-f",
            "--seccomp-bpf", // stops at these calls only
            "--signal=none",
            "-e",
            "trace=fsync,fdatasync",
            "-e", // as an ordinary disk, so that it is not the disk's speed that is measured
            "inject=fsync,fdatasync:delay_enter=5000",
            "-o",
            trace().toString());
    return GenserverProcess.startUnder(strace, mode, "--genserver.data=" + folder.resolve("data"));
  }

  private Path trace() {
    return folder.resolve("trace");
  }

  /** How many calls have returned. */
  private long syncs() throws IOException {
    try (var lines = Files.lines(trace())) {
      return lines.filter(line -> line.contains(" = 0")).count();
    }
  }

  private int changesWithSync(GenserverProcess genserver) throws Exception {
    increment(genserver, 0);
    int synced = 0;
    for (int i = 0; i < CHANGES; i++) {
      long before = syncs();
      increment(genserver, 0);
      synced += syncs() > before ? 1 : 0;
    }
    return synced;
  }

  /** Has all clients write at once; returns how many replies they got. */
  private long load(GenserverProcess genserver) throws Exception {
    long until = System.nanoTime() + LOAD.toNanos();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> counts =
          IntStream.range(0, CLIENTS)
              .mapToObj(client -> clients.submit(() -> incrementUntil(until, genserver, client)))
              .toList();
      long replies = 0;
      for (Future<Long> count : counts) {
        replies += count.get();
      }
      return replies;
    }
  }

  private long incrementUntil(long until, GenserverProcess genserver, int client)
      throws IOException, InterruptedException {
    long replies = 0;
    while (System.nanoTime() - until < 0) {
      increment(genserver, client);
      replies++;
    }
    return replies;
  }

  private void increment(GenserverProcess genserver, int counter)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(genserver.uri("/v1/counters/c" + counter + "/increment"))
            .POST(BodyPublishers.noBody())
            .build();
    assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
  }
}
