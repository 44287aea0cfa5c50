package dev.genserver.runtime;

import dev.genserver.store.AnswerRow;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.store.Stored;
import dev.genserver.store.TimerRow;
import dev.genserver.wire.InvalidArguments;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.StateForm;
import dev.genserver.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Brings servers from the store back as they were. */
final class Loader {
  private final StateStore store;
  private final Servers servers;

  Loader(StateStore store, Servers servers) {
    this.store = store;
    this.servers = servers;
  }

  /**
   * Makes the server what the store has of it; it stays not up if that is nothing.
   *
   * @return the casts that are stored and wait in no mailbox, the oldest first: they come before
   *     anything else
   * @throws StoreFailure if it can't be read, or does not fit its kind
   */
  List<Cast> load(Server server) {
    Kind kind = server.kind();
    Reading reading = new Reading(kind);
    try {
      Stored stored = store.load(kind.name(), server.name, reading::begin);
      if (stored == null) {
        server.journal = null;
        return List.of();
      }
      Object state = reading.state(stored.state());
      return takeOver(stored, state, reading.obsolete(), server);
    } catch (Malformed | InvalidArguments | ClassCastException e) {
      throw new StoreFailure(
          server
              + " as it is stored does not fit its kind: "
              + e.getMessage()
              + ". Run the version that stored it, or give the kind a @Formerly",
          false,
          e);
    }
  }

  /** What the row of a server that is not in memory says of it. */
  Status status(Kind kind, ServerRow row) {
    boolean ours = row.epoch() == store.epoch();
    Options options = options(row);
    return new Status(
        row.kind(),
        row.name(),
        "hibernated",
        kind.decodeArguments(row.arguments().getBytes(StandardCharsets.UTF_8)),
        options.durability(),
        0,
        ours ? row.handled() : 0,
        ours ? row.crashes() : 0,
        ours ? row.restarts() : 0,
        row.version(),
        Instant.ofEpochMilli(row.startedAt()),
        options.unlessUsual());
  }

  private static Options options(ServerRow row) {
    return Wire.decode(row.options().getBytes(StandardCharsets.UTF_8), Options.class);
  }

  /** A state while it is read, which may be one of a former form. */
  private static final class Reading {
    private final Kind kind;
    private int form;
    private long version;
    private StateForm.@Nullable Assembly assembly;

    Reading(Kind kind) {
      this.kind = kind;
    }

    StateStore.EntryReader begin(ServerRow row) {
      form = row.form();
      version = row.version();
      StateForm.Assembly begun = kind.form(form).assembly();
      assembly = begun;
      return begun::entry;
    }

    Object state(String plain) {
      if (assembly == null) {
        throw new IllegalStateException("the store gave no row");
      }
      if (form == kind.formNumber()) {
        return assembly.state(plain, version);
      }
      // What the upgrade puts is of the version that the server has: the next one's is another.
      Object former = assembly.state(plain, version - 1);
      return kind.form().marked(kind.upgraded(former, form), version);
    }

    /** The tables that today's form has no more. */
    Set<String> obsolete() {
      Set<String> names = new HashSet<>(kind.form(form).tableNames());
      names.removeAll(kind.form().tableNames());
      return names;
    }
  }

  private List<Cast> takeOver(Stored stored, Object state, Set<String> obsolete, Server server) {
    ServerRow row = stored.row();
    server.options = options(row);
    Durability durability = Durability.of(server.options.durability());
    server.durability = durability == null ? Durability.FSYNC : durability;
    server.incarnation = row.incarnation();
    server.startedAt = row.startedAt();
    server.version = row.version();
    if (server.handled == 0 && row.epoch() == store.epoch()) {
      server.handled = row.handled();
      server.crashes = row.crashes();
      server.restarts = row.restarts();
    }
    Journal before = server.journal;
    Map<String, Cast> kept = before == null ? new ConcurrentHashMap<>() : before.kept;
    Journal journal = new Journal(server, store.epoch(), kept);
    boolean upgraded = row.form() != server.kind().formNumber();
    journal.loaded(state, row.version(), upgraded, obsolete);
    server.journal = journal;
    server.hasPlace = true;
    server.setBehaviour(
        server.kind().decodeArguments(row.arguments().getBytes(StandardCharsets.UTF_8)));
    server.state = state;
    for (AnswerRow answer : stored.answers()) {
      server.extras().answers.put(answer.key(), Answer.of(answer));
    }
    return messages(stored.timers(), server, kept);
  }

  private List<Cast> messages(List<TimerRow> rows, Server server, Map<String, Cast> kept) {
    List<Cast> casts = new ArrayList<>();
    for (TimerRow row : rows) {
      Object message = server.kind().message(row.operation(), row.arguments());
      if (!row.id().startsWith(Cast.KEPT)) {
        resume(row, message, server);
        continue;
      }
      Cast inMailbox = kept.get(row.id());
      if (inMailbox == null || !inMailbox.isWaiting()) {
        casts.add(cast(row, message, kept));
      }
    }
    return casts;
  }

  private void resume(TimerRow row, Object message, Server server) {
    Duration every = row.every() == null ? null : Duration.ofMillis(row.every());
    Timer timer = new Timer(servers, server, row.id(), message, row.due(), every);
    server.extras().timers.put(row.id(), timer);
    long left = row.due() - servers.clock().millis();
    timer.schedule(servers.clockwork(), Duration.ofMillis(Math.max(0, left)));
  }

  private static Cast cast(TimerRow row, Object message, Map<String, Cast> kept) {
    Cast cast = new Cast(Cast.message(row.id(), message), System.nanoTime(), Duration.ZERO, false);
    cast.row = row.id();
    kept.put(row.id(), cast);
    return cast;
  }
}
