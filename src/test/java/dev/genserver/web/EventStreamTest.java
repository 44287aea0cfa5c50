package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class EventStreamTest {
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  /** Has one event after a while without any, and no more after that. */
  private static final class Late implements EventStream.Source {
    private int asked;

    @Override
    public byte @Nullable [] next(Duration limit) {
      assertThat(limit).isEqualTo(Duration.ofMillis(7));
      return ++asked == 3
          ? EventStream.event("late", "1", "{}".getBytes(StandardCharsets.UTF_8))
          : null;
    }

    @Override
    public boolean isOver() {
      return asked > 3;
    }
  }

  @Test
  void nothingToTell_commentsKeepItAwake() throws Exception {
    new EventStream(response, Duration.ofMillis(7)).write(new Late());
    assertThat(response.getContentAsString())
        .isEqualTo(":\n\n:\n\nevent: late\nid: 1\ndata: {}\n\n");
  }

  @Test
  void event_withoutId() {
    assertThat(EventStream.event("stopped", null, "{}".getBytes(StandardCharsets.UTF_8)))
        .asString()
        .isEqualTo("event: stopped\ndata: {}\n\n");
  }
}
