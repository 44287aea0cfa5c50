package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.SelfByHand;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.kinds.Poll.Result;
import dev.genserver.kinds.Poll.Tally;
import dev.genserver.kinds.Poll.Vote;
import dev.genserver.kinds.Poll.Votes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PollTest {
  private final SelfByHand self = new SelfByHand();
  private final Poll poll = new Poll(List.of("soup", "salad"), Duration.ofHours(1));
  private Votes votes = poll.init(self).state();

  @Test
  void vote_twice() {
    handle(new Vote("alice", "soup"));
    handle(new Vote("bob", "soup"));
    handle(new Vote("alice", "salad"));

    assertThat(handle(new Tally()))
        .isEqualTo(Step.reply(new Result(Map.of("soup", 1, "salad", 1), false), votes));
  }

  @Test
  void vote_closed() {
    handle(new Vote("alice", "soup"));
    for (Signal due : self.pass(Duration.ofHours(1))) {
      handle((Poll.Op) due);
    }

    assertThat(handle(new Vote("bob", "soup")))
        .isEqualTo(Step.refuse("closed", "the poll is closed"));
    assertThat(handle(new Tally()))
        .isEqualTo(Step.reply(new Result(Map.of("soup", 1, "salad", 0), true), votes));
  }

  @Test
  void vote_unknownOption() {
    assertThat(handle(new Vote("alice", "cake")))
        .isEqualTo(Step.refuse("no-such-option", "there are [soup, salad]"));
  }

  @Test
  void options_tooFew() {
    assertThatThrownBy(() -> new Poll(List.of("soup"), Duration.ofHours(1)))
        .isInstanceOf(Invalid.class)
        .hasMessage("options: must be two or more");
  }

  private Step<Votes> handle(Poll.Op message) {
    Step<Votes> step = poll.handle(message, votes, self);
    votes = step.state() == null ? votes : step.state();
    return step;
  }
}
