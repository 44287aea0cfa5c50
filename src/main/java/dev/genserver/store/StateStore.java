package dev.genserver.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps servers beyond the end of the process: a row for each, and a row for each entry, timer and
 * remembered answer of theirs. It knows nothing of kinds: arguments, states and messages are JSON
 * text to it.
 *
 * <p>One process owns a store at a time. Reads may come from any thread at any time; {@link
 * #commit} comes from one thread, and a read that begins after it has returned sees all of it.
 *
 * <p>Every method throws {@link StoreFailure} when the store can't do it now.
 */
public interface StateStore extends AutoCloseable {

  /**
   * Reads all there is of a server. Its entries are passed on as they are read, table by table and
   * by code point of the keys; the rest is returned. It is one consistent view.
   *
   * @param reader is given the server's own row, before the first entry, and returns who takes
   *     these
   * @return null if there is no such server
   */
  @Nullable Stored load(String kind, String name, Function<ServerRow, EntryReader> reader);

  /** Reads a server's own row; null if there is none. */
  @Nullable ServerRow find(String kind, String name);

  /**
   * The servers of these kinds whose names start with {@code prefix}, by code point of the name,
   * then kind.
   *
   * @param after the last one of the page before, or null to begin with the first
   */
  List<ServerRow> list(Collection<String> kinds, String prefix, @Nullable Place after, int limit);

  /** How many servers of each kind there are; kinds that have none may be left out. */
  Map<String, Long> counts();

  /** The servers that have a timer due by {@code until}, the one due first coming first. */
  List<Due> due(Instant until, int limit);

  /** When the first timer is due after {@code instant}; null if none is. */
  @Nullable Instant nextDue(Instant instant);

  /**
   * Makes all of these changes or none. No two of them are about the same server.
   *
   * @param sync whether they must outlive a crash of the machine when this returns; if not, they
   *     outlive one of the process
   */
  void commit(List<Change> changes, boolean sync);

  /** A number that is greater for each process that has owned the store. */
  long epoch();

  /** The store's size in bytes, as far as it can tell; for operators. */
  long size();

  /**
   * Writes a copy of the store as it is now, while it goes on; to open it, it is put where the
   * store was.
   *
   * @param target a file that is not there yet
   */
  void backup(Path target);

  /**
   * Gives space that is not used any more back to the system, a bounded step of it. It takes its
   * turn among the commits, and may come from any thread.
   */
  void compact();

  /** Gives the store up. */
  @Override
  void close();

  /** A place in a listing. */
  record Place(String name, String kind) {}

  /** A server with a timer, and when the first of them is due. */
  record Due(String kind, String name, Instant at) {}

  /** Receives entries. */
  interface EntryReader {
    /** One entry: what an {@link EntryRow} says of it, and where it stands. */
    void entry(String table, String key, String value, long version);
  }
}
