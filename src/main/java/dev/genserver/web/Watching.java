package dev.genserver.web;

import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Tag;
import dev.genserver.runtime.Watch;
import dev.genserver.wire.Wire;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The events of a query that is watched: its replies, problems while it is refused, and at last
 * that its server was stopped. When the service shuts down the stream just ends, and {@code
 * EventSource} comes again.
 *
 * @param server what is watched, as it stands in problems
 */
record Watching(String server) {
  private static final NoFields NOTHING = new NoFields();

  private record Stopped(String reason) {}

  byte[] render(Outcome outcome) {
    return outcome instanceof Outcome.Replied(@Nullable Object value, @Nullable Tag tag)
        ? event("reply", tag == null ? null : tag.toString(), value == null ? NOTHING : value)
        : event("problem", null, Problems.of(outcome).about(server));
  }

  private static byte[] event(String name, @Nullable String id, Object data) {
    return EventStream.event(name, id, Wire.mapper().writeValueAsBytes(data));
  }

  EventStream.Source of(Watch watch) {
    return new EventStream.Source() {
      private boolean isOver;

      @Override
      public byte @Nullable [] next(Duration limit) {
        byte[] event = watch.next(limit);
        if (event == null && watch.over() == Watch.End.STOPPED && !isOver) {
          isOver = true;
          return event("stopped", null, new Stopped("normal"));
        }
        return event;
      }

      @Override
      public boolean isOver() {
        return watch.over() != null;
      }
    };
  }
}
