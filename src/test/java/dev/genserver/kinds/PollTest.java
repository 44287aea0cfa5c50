package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.ManualServer;
import dev.genserver.kinds.Poll.Result;
import dev.genserver.kinds.Poll.Tally;
import dev.genserver.kinds.Poll.Vote;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PollTest {
  private final ManualServer<Poll.Votes, Poll.Op> poll =
      new ManualServer<>(new Poll(List.of("soup", "salad"), Duration.ofHours(1)));

  @Test
  void vote_again() {
    poll.send(new Vote("alice", "soup"));
    poll.send(new Vote("bob", "soup"));
    poll.send(new Vote("alice", "salad"));

    assertThat(poll.ask(new Tally())).isEqualTo(new Result(Map.of("soup", 1, "salad", 1), false));
  }

  @Test
  void vote_unknownOption() {
    assertThat(poll.ask(new Vote("alice", "cake"))).isEqualTo("no-such-option");
  }

  @Test
  void vote_closed() {
    poll.send(new Vote("alice", "soup"));
    poll.advance(Duration.ofHours(1));

    assertThat(poll.ask(new Vote("bob", "soup"))).isEqualTo("closed");
    assertThat(poll.ask(new Tally())).isEqualTo(new Result(Map.of("soup", 1, "salad", 0), true));
  }

  @Test
  void options_tooFew() {
    assertThatThrownBy(() -> new Poll(List.of("soup"), Duration.ofHours(1)))
        .isInstanceOf(Invalid.class)
        .hasMessage("options: must be two or more");
  }
}
