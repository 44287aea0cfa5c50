package dev.genserver.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in a database.
 *
 * <p>One connection writes, a few others read. The one that writes also holds the ownership: it is
 * opened under a lock that no second process gets, and each of its transactions first looks whether
 * the owner's epoch is still the one that this process made. If it breaks, the next commit opens
 * another, and goes on if nobody has owned the database in between.
 *
 * <p>After a failure the writing connection is given up, whatever the failure was. So what had been
 * begun is surely undone, and the next commit starts with nothing left over.
 */
final class JdbcStore implements StateStore {
  /** With more, queries on few cores only get into each other's way. */
  private static final int READERS = 4;

  private static final long CONNECT_MILLIS = 2_000;
  private static final long QUEUE_SECONDS = 30;

  private final Dialect dialect;
  private final Breaker writerBreaker = new Breaker(System::nanoTime);
  private final Breaker readerBreaker = new Breaker(System::nanoTime);
  private final HikariDataSource readers;

  /** Waiting happens here, so that who then waits for a connection knows that none can be made. */
  private final Semaphore reading = new Semaphore(READERS);

  private final ReentrantLock writing = new ReentrantLock();

  /** Guarded by {@link #writing}. */
  private @Nullable Session session;

  /** Whether a commit is open, and its session may still be at it. */
  private volatile boolean unsettled;

  private final long epoch;

  private JdbcStore(Dialect dialect, Session session, long epoch) {
    this.dialect = dialect;
    this.session = session;
    this.epoch = epoch;
    this.readers = pool(dialect);
  }

  /** Opens the database that the dialect knows, and becomes its owner. */
  static JdbcStore open(Dialect dialect) {
    Session session = null;
    boolean open = false;
    try {
      dialect.claim();
      session = Session.open(dialect);
      Schema.migrate(dialect);
      long epoch = session.own(Owner.process(), Instant.now());
      open = true;
      return new JdbcStore(dialect, session, epoch);
    } catch (SQLException e) {
      throw dialect.failure(e, false);
    } finally {
      if (!open) {
        if (session != null) {
          session.close();
        }
        dialect.release();
      }
    }
  }

  private static HikariDataSource pool(Dialect dialect) {
    HikariConfig config = dialect.readers();
    config.setPoolName("store");
    config.setAutoCommit(false);
    config.setMaximumPoolSize(READERS);
    config.setConnectionTimeout(CONNECT_MILLIS);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  @Override
  public @Nullable Stored load(String kind, String name, Function<ServerRow, EntryReader> reader) {
    if (unsettled) {
      settle();
    }
    return read(queries -> queries.load(kind, name, reader)).orElse(null);
  }

  @Override
  public @Nullable ServerRow find(String kind, String name) {
    return read(queries -> queries.find(kind, name)).orElse(null);
  }

  @Override
  public List<ServerRow> list(
      Collection<String> kinds, String prefix, @Nullable Place after, int limit) {
    return read(queries -> queries.list(kinds, prefix, after, limit));
  }

  @Override
  public Map<String, Long> counts() {
    return read(Queries::counts);
  }

  @Override
  public List<Due> due(Instant until, int limit) {
    return read(queries -> queries.due(until, limit));
  }

  @Override
  public @Nullable Instant nextDue(Instant instant) {
    return read(queries -> queries.nextDue(instant)).orElse(null);
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public long size() {
    return onReader(dialect::size);
  }

  private <T> T read(Work<Queries, T> query) {
    return onReader(connection -> query.on(new Queries(connection)));
  }

  private <T> T onReader(Work<Connection, T> work) {
    checkOpen();
    queue();
    try (Connection connection = readerBreaker.attempt(this::reader)) {
      return work.on(connection);
    } catch (SQLException e) {
      if (dialect.isGone(e)) {
        // So are the others, most likely.
        readers.getHikariPoolMXBean().softEvictConnections();
      }
      throw dialect.failure(e, false);
    } finally {
      reading.release();
    }
  }

  private void queue() {
    try {
      if (reading.tryAcquire(QUEUE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
      throw new StoreFailure(
          "The store has had too much to read for " + QUEUE_SECONDS + " s", false, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("Interrupted while it waited for the store", false, e);
    }
  }

  private Connection reader() {
    try {
      return readers.getConnection();
    } catch (SQLException e) {
      throw dialect.failure(e, false);
    }
  }

  @Override
  public void commit(List<Change> changes, boolean sync) {
    onWriter(() -> {
      ChangeWriter.write(begin(sync), changes);
      return true;
    });
  }

  @Override
  public void compact() {
    onWriter(() -> {
      dialect.compact(session().connection());
      return false;
    });
  }

  @Override
  public void backup(Path target) {
    dialect.backup(target);
  }

  /** Does the work, and commits it if it says so. */
  private void onWriter(Transaction work) {
    writing.lock();
    boolean committing = false;
    boolean done = false;
    try {
      committing = work.run();
      if (committing) {
        session().commit();
      }
      done = true;
    } catch (SQLException e) {
      StoreFailure failure = dialect.failure(e, committing);
      unsettled |= failure.outcomeUnknown();
      throw failure;
    } finally {
      if (!done) {
        giveUpSession();
      }
      writing.unlock();
    }
  }

  /** Begins a transaction; a connection that broke while it was idle is replaced. */
  private Session begin(boolean sync) throws SQLException {
    try {
      return begin(session(), sync);
    } catch (SQLException e) {
      if (!dialect.isGone(e)) {
        throw e;
      }
      giveUpSession();
      return begin(session(), sync);
    }
  }

  private Session begin(Session session, boolean sync) throws SQLException {
    session.begin(sync, epoch);
    return session;
  }

  private Session session() {
    checkOpen();
    if (session == null) {
      session = writerBreaker.attempt(this::reopen);
    }
    return session;
  }

  private void checkOpen() {
    if (readers.isClosed()) {
      throw new StoreFailure("The store is closed", false, null);
    }
  }

  /**
   * Waits for the end of the session whose last commit is open: until then the database may still
   * be making it, and a state that is read would be older than what is stored. A new session gets
   * the lock only when the old one is gone.
   */
  private void settle() {
    writing.lock();
    try {
      var _ = session();
    } finally {
      writing.unlock();
    }
  }

  private Session reopen() {
    try {
      Session opened = Session.open(dialect);
      unsettled = false;
      return opened;
    } catch (SQLException e) {
      throw dialect.failure(e, false);
    }
  }

  private void giveUpSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      readers.close();
      giveUpSession();
      dialect.release();
    } finally {
      writing.unlock();
    }
  }

  private interface Work<C, T> {
    T on(C connection) throws SQLException;
  }

  private interface Transaction {
    boolean run() throws SQLException;
  }
}
