package dev.genserver.behaviour;

import java.time.Instant;

/**
 * A caller that waits for its reply, as plain data: a server may keep it in its state and answer in
 * a later turn.
 *
 * @param id identifies the call for as long as it waits
 * @param deadline when the caller gives up; a reply after it reaches nobody
 */
public record From(long id, Instant deadline) {}
