package dev.genserver;

import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be set, under {@code genserver.} or as {@code GENSERVER_…} in the environment.
 *
 * @param startOnFirstUse whether a POST or PUT to a name that is not running starts it with its
 *     kind's defaults
 * @param mailboxCapacity the most messages that wait for one server, 1 or more; past it 503 {@code
 *     mailbox-full}
 * @param maxServers the most servers of all kinds together, 1 or more; past it 507 {@code
 *     limit-reached}
 * @param maxEntries the most entries of one server, 1 or more; past it 507 {@code limit-reached}
 * @param maxTimers the most timers of one server, 1 or more; past it 507 {@code limit-reached}
 * @param maxBatch the most messages of a batch, and the most names of a multi-call or abcast, 1 or
 *     more; past it 400
 * @param maxWatchers the most watchers of all servers together, 1 or more; past it 507 {@code
 *     limit-reached}
 * @param idempotencyKeys how many idempotency keys a server remembers, 1 or more
 * @param idempotencyAge how long it does, from 1 s
 * @param reveal whether {@code sys/state?reveal=true} shows what is sensitive, and {@code
 *     sys/trace?content=true} the fields of messages
 * @param durability what servers outlive: {@code fsync} a crash of the machine, {@code os} one of
 *     the process, {@code memory} nothing
 * @param data the folder of the embedded database
 * @param hibernateAfter after how long without a message a durable server leaves memory, from 1 s
 * @param kinds what is different for some kinds, by name
 * @param maxBody the largest request body; past it 413
 * @param drain how long a shutdown waits for mailboxes to empty
 * @param corsOrigins the origins whose pages may use the service from a browser, such as {@code
 *     https://app.example.org}
 * @param supervisors those below the root, with their children
 */
@ConfigurationProperties(prefix = "genserver", ignoreUnknownFields = false)
public record Settings(
    @DefaultValue("true") boolean startOnFirstUse,
    @DefaultValue("10000") int mailboxCapacity,
    @DefaultValue("1000000") int maxServers,
    @DefaultValue("10000000") long maxEntries,
    @DefaultValue("100000") int maxTimers,
    @DefaultValue("10000") int maxBatch,
    @DefaultValue("6000") int maxWatchers,
    @DefaultValue("10000") int idempotencyKeys,
    @DefaultValue("24h") Duration idempotencyAge,
    @DefaultValue("false") boolean reveal,
    @DefaultValue("fsync") Durability durability,
    @DefaultValue("data") Path data,
    @DefaultValue("10m") Duration hibernateAfter,
    @DefaultValue Map<String, OfKind> kinds,
    @DefaultValue("1MB") DataSize maxBody,
    @DefaultValue("8s") Duration drain,
    @DefaultValue List<String> corsOrigins,
    @DefaultValue List<ChildSettings> supervisors) {

  /** Checks the ranges. */
  public Settings {
    atLeastOne("mailbox-capacity", mailboxCapacity);
    atLeastOne("max-servers", maxServers);
    atLeastOne("max-entries", maxEntries);
    atLeastOne("max-timers", maxTimers);
    atLeastOne("max-batch", maxBatch);
    atLeastOne("max-watchers", maxWatchers);
    atLeastOne("idempotency-keys", idempotencyKeys);
    atLeastOne("max-body", maxBody.toBytes());
    if (drain.isNegative()) {
      throw new IllegalArgumentException("genserver.drain must not be negative");
    }
    if (hibernateAfter.toSeconds() < 1) {
      throw new IllegalArgumentException("genserver.hibernate-after must be 1s or more");
    }
    if (idempotencyAge.toSeconds() < 1) {
      throw new IllegalArgumentException("genserver.idempotency-age must be 1s or more");
    }
    kinds = Map.copyOf(kinds);
    corsOrigins = List.copyOf(corsOrigins);
    supervisors = List.copyOf(supervisors);
  }

  /**
   * What is different for a kind.
   *
   * @param durability what its servers outlive
   */
  public record OfKind(Durability durability) {}

  Limits limits() {
    Map<String, Durability> durabilityOf = new HashMap<>();
    kinds.forEach((kind, of) -> durabilityOf.put(kind, of.durability()));
    return new Limits(
        maxServers,
        maxEntries,
        mailboxCapacity,
        maxTimers,
        maxBatch,
        maxWatchers,
        idempotencyKeys,
        idempotencyAge,
        drain,
        startOnFirstUse,
        reveal,
        hibernateAfter,
        durability,
        durabilityOf);
  }

  /** Whether any server may outlive the process. */
  boolean needsStore() {
    return durability != Durability.MEMORY
        || kinds.values().stream().anyMatch(of -> of.durability() != Durability.MEMORY)
        || supervisors.stream().anyMatch(ChildSettings::needsStore);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("genserver." + name + " must be 1 or more, not " + value);
    }
  }
}
