package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Keeper;
import dev.genserver.behaviour.ManualSelf;
import dev.genserver.behaviour.Signal;
import dev.genserver.store.MemoryStore;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreSettings;
import dev.genserver.store.Stores;
import dev.genserver.store.TestPostgres;
import dev.genserver.store.TimerRow;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A place where servers that run without the runtime are kept between their turns: nowhere, or in a
 * store, to which they come by the runtime's own committer and from which its loader brings them
 * back.
 */
public final class Shelf implements AutoCloseable {
  private final String label;
  private final int part;
  private final @Nullable Function<Path, StateStore> opener;
  private @Nullable Path folder;
  private @Nullable StateStore store;
  private @Nullable House house;
  private int servers;

  private Shelf(String label, int part, @Nullable Function<Path, StateStore> opener) {
    this.label = label;
    this.part = part;
    this.opener = opener;
  }

  /** Memory, and every store. */
  public static Stream<Shelf> all() {
    return Stream.of(
        new Shelf("in memory", 1, null),
        new Shelf("the plainest store", 40, folder -> new MemoryStore()),
        new Shelf("SQLite", 60, folder -> Stores.open(StoreSettings.embedded(folder))),
        new Shelf("PostgreSQL", 150, folder -> Stores.open(TestPostgres.newSchema())));
  }

  /** How many of so many histories can be afforded here, two at the least: stores take time. */
  public int share(int histories) {
    return Math.max(2, histories / part);
  }

  /** Keeps one server that is started with these arguments. */
  public Keeper keeper(Behaviour<?, ?> arguments) {
    if (opener == null) {
      return Keeper.NONE;
    }
    if (house == null) {
      folder = newFolder();
      store = opener.apply(folder);
      house = new House(store);
    }
    return new Kept(house.servers, "s" + ++servers, arguments);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("genserver");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (house != null) {
      house.close();
      store.close();
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  @Override
  public String toString() {
    return label;
  }

  /**
   * One server. After a turn with changes it is loaded as if the process had been killed; after any
   * other it has left memory in order, which also keeps what was touched.
   */
  private static final class Kept implements Keeper {
    private final Servers servers;
    private final Server server;
    private final Map<String, ManualSelf.Timer> timers = new LinkedHashMap<>();

    @SuppressWarnings("unchecked")
    Kept(Servers servers, String name, Behaviour<?, ?> arguments) {
      this.servers = servers;
      Class<? extends Behaviour<?, ?>> type =
          (Class<? extends Behaviour<?, ?>>) arguments.getClass();
      Kind kind = new Kinds(List.of(type)).of(type);
      server = new Server(new Registry.Family(kind, new AtomicInteger(), 0), name);
      servers.residence().begin(server, arguments, Wanted.of(Durability.OS));
    }

    @Override
    public Object keep(Object state, boolean changed, ManualSelf self) {
      Map<String, @Nullable TimerRow> rows = changes(self.timers);
      if (!server.journal.isStored()) {
        submit(Entry.What.FRESH, state, rows);
      } else if (changed) {
        server.version++;
        submit(Entry.What.STEP, state, rows);
      } else {
        if (!rows.isEmpty()) {
          submit(Entry.What.STEP, null, rows);
        }
        submit(Entry.What.UNLOAD, state, Map.of());
      }
      load(state);
      timersTo(self);
      return server.state;
    }

    private Map<String, @Nullable TimerRow> changes(Map<String, ManualSelf.Timer> wanted) {
      Map<String, @Nullable TimerRow> rows = new LinkedHashMap<>();
      timers.keySet().stream()
          .filter(name -> !wanted.containsKey(name))
          .forEach(name -> rows.put(Timer.OWN + name, null));
      wanted.forEach((name, timer) -> {
        if (!timer.equals(timers.get(name))) {
          long due = timer.due().toEpochMilli();
          rows.put(
              Timer.OWN + name,
              new Timer(servers, server, Timer.OWN + name, timer.message(), due, null).row());
        }
      });
      return rows;
    }

    private void submit(
        Entry.What what, @Nullable Object state, Map<String, @Nullable TimerRow> rows) {
      Call call = new Call(Drain.WAKE, Origin.INFO, System.nanoTime(), House.LONG, false);
      Outcome stored = new Outcome.Replied(null);
      servers.submit(
          new Entry(
              what,
              server.journal,
              state,
              server.version,
              new Unsaid(rows, Map.of(), List.of(), List.of()),
              call,
              stored));
      assertThat(call.await()).isEqualTo(stored);
    }

    private void load(Object stored) {
      long version = server.version;
      Behaviour<?, ?> arguments = server.arguments();
      server.forget();
      assertThat(servers.residence().load(server)).isEmpty();
      assertThat(server.state).as("what came back").isEqualTo(stored);
      assertThat(server.version).isEqualTo(version);
      assertThat(server.arguments()).isEqualTo(arguments);
    }

    private void timersTo(ManualSelf self) {
      timers.clear();
      server
          .extras()
          .timers
          .forEach((id, timer) -> {
            String name = id.substring(Timer.OWN.length());
            timers.put(
                name,
                new ManualSelf.Timer(
                    name, Instant.ofEpochMilli(timer.due), (Signal) timer.message));
          });
      assertThat(timers.keySet()).isEqualTo(self.timers.keySet());
      self.timers.clear();
      self.timers.putAll(timers);
    }
  }
}
