package dev.genserver.behaviour;

/**
 * A server that is {@link Self#monitor monitored} went down.
 *
 * @param reason {@code normal} if it was stopped, {@code no-server} if it was not there, otherwise
 *     why it was restarted, such as {@code crashed} or {@code killed}
 */
public record Down(String kind, String name, String reason) {}
