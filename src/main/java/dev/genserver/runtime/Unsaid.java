package dev.genserver.runtime;

import dev.genserver.store.AnswerRow;
import dev.genserver.store.TimerRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a turn leaves beside the state, to be stored and said with it.
 *
 * @param timers by the ids of their rows: set, or removed where the value is null
 * @param remembered first answers by idempotency key, forgotten where the value is null
 * @param answers what earlier callers are told
 * @param errands what is then begun outside the server
 */
record Unsaid(
    Map<String, @Nullable TimerRow> timers,
    Map<String, @Nullable AnswerRow> remembered,
    List<Answer> answers,
    List<Runnable> errands) {

  static final Unsaid NOTHING = new Unsaid(Map.of(), Map.of(), List.of(), List.of());

  /** What a caller is told who was left waiting by an earlier step. */
  record Answer(Call call, Outcome outcome) {}

  /** Begins what is to be begun, and tells whom there is to tell. */
  void release() {
    errands.forEach(Runnable::run);
    answers.forEach(answer -> answer.call().complete(answer.outcome()));
  }

  /** Whether none of it is to be stored. */
  boolean isNothingToStore() {
    return timers.isEmpty() && remembered.isEmpty();
  }
}
