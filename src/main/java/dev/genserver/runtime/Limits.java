package dev.genserver.runtime;

import java.time.Duration;

/**
 * What bounds the runtime.
 *
 * @param servers the most servers of all kinds together
 * @param entries the most entries in the tables of one server
 * @param mailboxCapacity the most messages that wait for one server
 * @param drain how long a shutdown waits for mailboxes to empty
 * @param startOnFirstUse whether a request to a name that is not running may start it
 */
public record Limits(
    int servers, long entries, int mailboxCapacity, Duration drain, boolean startOnFirstUse) {}
