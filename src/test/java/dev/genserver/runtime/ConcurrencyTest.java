package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Faulty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  private static final int TIMES = Boolean.getBoolean("genserver.test.long") ? 50 : 1;
  private final House house =
      new House(new Limits(20, 10, 1_000, House.LONG, true), Duration.ofSeconds(5), House.LONG);

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void counter_64Clients_everyReplyIsUniqueAndTheSumExact() {
    int each = 1_000 * TIMES;
    List<CompletableFuture<long[]>> clients =
        IntStream.range(0, 64)
            .mapToObj(i ->
                House.async(() -> LongStream.range(0, each).map(j -> increment("hits")).toArray()))
            .toList();
    long[] replies =
        clients.stream().flatMapToLong(c -> LongStream.of(c.join())).sorted().toArray();
    assertThat(replies).isEqualTo(LongStream.rangeClosed(1, 64L * each).toArray());
  }

  @Test
  void call_afterAnAcceptedCast_seesIt() {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int client = 0; client < 16; client++) {
      String name = "server" + client;
      clients.add(
          House.async(() -> {
            for (long round = 1; round <= 2_000L * TIMES; round++) {
              Outcome cast =
                  house.servers.cast(house.counters, name, new Counter.Increment(1), true);
              assertThat(cast).isEqualTo(new Outcome.Accepted());
              assertThat(call(name, new Counter.Value()))
                  .isEqualTo(new Outcome.Replied(new Counter.Count(round)));
            }
            return null;
          }));
    }
    clients.forEach(CompletableFuture::join);
  }

  /**
   * Few names, and places for fewer servers than there are names of both kinds: whatever happens,
   * every place that was taken is given back, and nobody waits in vain.
   */
  @Test
  void storm_ofStartsStopsAndMessages_endsConsistent() {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int client = 0; client < 32; client++) {
      SplittableRandom random = new SplittableRandom(client);
      clients.add(
          House.async(() -> {
            for (int i = 0; i < 1_000 * TIMES; i++) {
              act(random);
            }
            return null;
          }));
    }
    clients.forEach(CompletableFuture::join);
    assertThat(house.heard.events).doesNotContain("timed out true", "timed out false");
    House.await(() -> house.servers.running() == 0);
    List<Status> listed = house.servers.list(List.copyOf(house.kinds.all()), "", null, 100);
    assertThat(listed).hasSize(house.servers.reserved());
    assertThat(house.servers.count(house.counters) + house.servers.count(house.faulty))
        .isEqualTo(listed.size());
    listed.forEach(status ->
        assertThat(house.servers.stop(house.kinds.find(status.kind()), status.name()))
            .isEqualTo(new Outcome.Ended()));
    assertThat(house.servers.reserved()).isZero();
    assertThat(house.clockwork.waiting()).isZero();
  }

  private void act(SplittableRandom random) {
    String name = "n" + random.nextInt(12);
    Outcome outcome =
        switch (random.nextInt(12)) {
          case 0 -> house.start(name);
          case 1 -> house.start(name, new Counter(random.nextInt(2)));
          case 2 -> house.servers.stop(house.faulty, name);
          case 3 -> house.servers.stop(house.counters, name);
          case 4 -> house.call(name, new Faulty.Stop());
          case 5 -> house.cast(name, new Faulty.Stop());
          case 6 -> house.start(name, new Faulty("refuse"));
          case 7 -> house.call(name, new Faulty.Timer("t", Duration.ofDays(1), "timer"));
          case 8 -> house.call(name, new Faulty.Then("x", ""));
          case 9 -> house.call(name, new Faulty.Idle(Duration.ofDays(1), "idle"));
          case 10 -> call(name, new Counter.Increment(1));
          default -> house.servers.cast(house.counters, name, new Counter.Increment(1), true);
        };
    assertThat(outcome).isNotInstanceOf(Outcome.TimedOut.class);
  }

  private long increment(String name) {
    Outcome outcome = call(name, new Counter.Increment(1));
    return ((Counter.Count) ((Outcome.Replied) outcome).value()).value();
  }

  private Outcome call(String name, Counter.Op message) {
    return house.servers.call(house.counters, name, message, House.LONG, true);
  }
}
