package dev.genserver.behaviour;

/**
 * What makes one kind of server: a record of its start arguments plus one function, <i>message,
 * state → step</i>.
 *
 * <p>The record's components are the start arguments, the records nested in {@code O} are its
 * operations; names, JSON and documentation are derived from them. A handler runs alone: for one
 * server at a time, in the order of its mailbox. It must not wait, touch a clock, a thread,
 * randomness or I/O: time, ids and timers come from {@link Self}, so that a test moves time by
 * hand.
 *
 * <p>A domain "no" is {@link Step#refuse}. A throw is a crash: it undoes the turn and the state
 * stays as it was.
 *
 * <p>The compact constructors of the arguments and of the operations check what the types can't
 * say, by throwing {@link Invalid}, which names the field.
 *
 * @param <S> the state: an immutable value, that is a number, a record, a {@link Table}, or a
 *     record of these
 * @param <O> the messages: a sealed interface whose records are the operations and the {@link
 *     Signal}s
 */
public interface Behaviour<S, O> {

  /**
   * The first turn. Returns {@link Step#done} with the initial state, or refuses: then the server
   * does not start.
   */
  Step<S> init(Self self);

  /**
   * One turn: handles one message, be it a call, a cast or a {@link Signal} of the server's own.
   */
  Step<S> handle(O message, S state, Self self);

  /**
   * Checks a state of the right form that an operator wants to put in place of the server's.
   *
   * @throws Invalid if the server could not go on with it
   */
  default void check(S state) {}

  /**
   * The last turn, when the server is stopped or the service shuts down; not promised when the
   * process is killed. It has 5 seconds, then it is interrupted. What it asks of {@code self} is
   * ignored.
   */
  default void terminate(Reason reason, S state, Self self) {}
}
