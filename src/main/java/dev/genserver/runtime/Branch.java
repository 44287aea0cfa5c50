package dev.genserver.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor or a server of the supervision tree, and what is below it.
 *
 * @param type {@code supervisor} or {@code worker}
 * @param kind the kind of a worker
 * @param status that of a worker's server, or {@code stopped}; of a supervisor {@code running}, or
 *     {@code restarting} while its children are held down
 * @param restarts how often a worker was restarted, or a supervisor did that with children
 * @param restart whether a worker is restarted: permanent, transient or temporary
 * @param strategy of a supervisor: one-for-one, one-for-all or rest-for-one
 * @param maxRestarts how many restarts within {@code maxSeconds} a supervisor bears
 * @param counts of a supervisor's children
 * @param children of a supervisor, in the order in which they are started
 */
public record Branch(
    String type,
    @Nullable String kind,
    String name,
    String status,
    int restarts,
    @Nullable String restart,
    @Nullable String strategy,
    @Nullable Integer maxRestarts,
    @Nullable Long maxSeconds,
    @Nullable Counts counts,
    @Nullable List<Branch> children) {

  /**
   * The children of one supervisor, as OTP counts them.
   *
   * @param specs all of them
   * @param active those that run
   * @param supervisors those that are supervisors
   * @param workers those that are servers
   */
  public record Counts(int specs, int active, int supervisors, int workers) {}
}
