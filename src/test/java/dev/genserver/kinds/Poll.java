package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Key;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vote that closes by itself. Until then each voter may vote, and change it.
 *
 * @param options what there is to choose from
 * @param lasts when it closes, past its start
 */
@Name("polls")
public record Poll(List<String> options, @Default("\"1h\"") Duration lasts)
    implements Behaviour<Poll.Votes, Poll.Op> {

  public Poll {
    options = List.copyOf(options);
    if (options.size() < 2) {
      throw new Invalid("options", "must be two or more");
    }
  }

  public record Votes(Table<String> byVoter, boolean closed) {}

  public sealed interface Op {}

  /** Votes, or changes a vote. */
  @Refuses({"closed", "no-such-option"})
  public record Vote(String voter, String option) implements Op {
    public Vote {
      Key.check("voter", voter);
    }
  }

  public record Tally() implements Op, Query {}

  record Close() implements Op, Signal {}

  public record Result(Map<String, Integer> votes, boolean closed) {}

  @Override
  public Step<Votes> init(Self self) {
    self.timer("close", lasts, new Close());
    return Step.done(new Votes(Table.empty(), false));
  }

  @Override
  public Step<Votes> handle(Op message, Votes votes, Self self) {
    return switch (message) {
      case Vote vote when votes.closed() -> Step.refuse("closed", "the poll is closed");
      case Vote vote when !options.contains(vote.option()) ->
          Step.refuse("no-such-option", "there are " + options);
      case Vote vote ->
          Step.done(new Votes(votes.byVoter().put(vote.voter(), vote.option()), false));
      case Tally() -> Step.reply(count(votes), votes);
      case Close() -> Step.done(new Votes(votes.byVoter(), true));
    };
  }

  private Result count(Votes votes) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    options.forEach(option -> counts.put(option, 0));
    votes.byVoter().forEach((voter, option) -> counts.merge(option, 1, Integer::sum));
    return new Result(counts, votes.closed());
  }
}
