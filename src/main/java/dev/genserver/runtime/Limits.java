package dev.genserver.runtime;

import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.Map;

/**
 * What bounds the runtime.
 *
 * @param servers the most servers of all kinds together
 * @param entries the most entries in the tables of one server
 * @param mailboxCapacity the most messages that wait for one server
 * @param timers the most timers of one server
 * @param batch the most messages of a batch, and the most servers that one message goes to
 * @param watchers the most watchers of all servers together, and the most who look on for long
 * @param answers the most idempotency keys that one server remembers
 * @param answersFor how long it does
 * @param drain how long a shutdown waits for mailboxes to empty
 * @param startOnFirstUse whether a request to a name that is not running may start it
 * @param reveal whether those who look into servers may see what is sensitive
 * @param idle after how long without a message a durable server leaves memory
 * @param durability what servers outlive if they are started without saying so
 * @param durabilityOf the same for some kinds, by name
 */
public record Limits(
    int servers,
    long entries,
    int mailboxCapacity,
    int timers,
    int batch,
    int watchers,
    int answers,
    Duration answersFor,
    Duration drain,
    boolean startOnFirstUse,
    boolean reveal,
    Duration idle,
    Durability durability,
    Map<String, Durability> durabilityOf) {

  /** Limits of a house that keeps everything in memory. */
  public Limits(
      int servers, long entries, int mailboxCapacity, Duration drain, boolean startOnFirstUse) {
    this(
        servers,
        entries,
        mailboxCapacity,
        100_000,
        10_000,
        10_000,
        10_000,
        Duration.ofDays(1),
        drain,
        startOnFirstUse,
        false,
        Duration.ofDays(1),
        Durability.MEMORY,
        Map.of());
  }

  Durability durability(Kind kind) {
    return durabilityOf.getOrDefault(kind.name(), durability);
  }
}
