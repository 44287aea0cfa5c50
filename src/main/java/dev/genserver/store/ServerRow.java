package dev.genserver.store;

/**
 * A server's own row.
 *
 * @param incarnation a random number of this start of the name
 * @param version how many steps have changed the state
 * @param form which form of the kind's state this is, 1 being the first
 * @param arguments its start arguments, a JSON object
 * @param options how it is kept and supervised, a JSON object
 * @param startedAt epoch milliseconds
 * @param epoch the store's {@link StateStore#epoch} under which the counts were taken
 * @param handled how many messages it has handled in that epoch
 * @param crashes how many of them threw
 * @param restarts how often it was restarted in that epoch
 */
public record ServerRow(
    String kind,
    String name,
    long incarnation,
    long version,
    int form,
    String arguments,
    String options,
    long startedAt,
    long epoch,
    long handled,
    int crashes,
    int restarts) {}
