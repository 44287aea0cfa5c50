package dev.genserver.web;

import dev.genserver.behaviour.Json;
import dev.genserver.runtime.Events;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Sys;
import dev.genserver.runtime.Trace;
import dev.genserver.wire.Durations;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.Wire;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Looking into servers over HTTP, and what an operator may do to them. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class SysController {
  private static final String SERVER = "/v1/{kind}/{name}";
  private static final Duration LOOK_UP = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Servers servers;
  private final Sys sys;
  private final Kinds kinds;

  SysController(Servers servers, Kinds kinds) {
    this.servers = servers;
    this.sys = servers.sys();
    this.kinds = kinds;
  }

  /** Shows the state of a server. What is sensitive in it stands as `…`. */
  @GetMapping(SERVER + "/sys/state")
  Json state(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean reveal) {
    if (reveal && !servers.limits().reveal()) {
      throw new Malformed("reveal", "needs the setting genserver.reveal=true");
    }
    return (Json) told(kind, name, (k, n) -> sys.state(k, n, reveal));
  }

  /** Puts another state in place of a server's: 202 if what it has in hand must be done first. */
  @PutMapping(SERVER + "/sys/state")
  ResponseEntity<Void> replaceState(
      @PathVariable String kind, @PathVariable String name, @RequestBody Json state) {
    Gateway gateway = Gateway.of(kind, kinds, servers);
    String checked = Address.checkName(name);
    Object read = gateway.kind().form().read(state);
    Outcome outcome = sys.replaceState(gateway.kind(), checked, read);
    return switch (outcome) {
      case Outcome.Replied _ -> ResponseEntity.noContent().build();
      case Outcome.Accepted _ -> ResponseEntity.accepted().build();
      default -> throw gateway.notDone(outcome, name);
    };
  }

  /** Has a server take messages in and handle none. */
  @PostMapping(SERVER + "/sys/suspend")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void suspend(@PathVariable String kind, @PathVariable String name) {
    done(kind, name, sys::suspend);
  }

  /** Has a server that was suspended go on. */
  @PostMapping(SERVER + "/sys/resume")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void resume(@PathVariable String kind, @PathVariable String name) {
    done(kind, name, sys::resume);
  }

  /** Restarts a server when it has done what it has in hand. */
  @PostMapping(SERVER + "/sys/restart")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void restart(@PathVariable String kind, @PathVariable String name) {
    done(kind, name, sys::restart);
  }

  /** Crashes a server here and now. What it has in hand is discarded. */
  @PostMapping(SERVER + "/sys/kill")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void kill(@PathVariable String kind, @PathVariable String name) {
    done(kind, name, sys::kill);
  }

  /** Tells what a server has done, operation by operation. */
  @GetMapping(SERVER + "/sys/statistics")
  Statistics statistics(@PathVariable String kind, @PathVariable String name) {
    Map<?, ?> counts = (Map<?, ?>) told(kind, name, sys::statistics);
    Map<String, OfOperation> operations = new TreeMap<>();
    counts.forEach((operation, of) ->
        operations.put(String.valueOf(operation), OfOperation.of((Sys.Counts) of)));
    return new Statistics(operations);
  }

  /** Begins the statistics of a server anew. */
  @DeleteMapping(SERVER + "/sys/statistics")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void forgetStatistics(@PathVariable String kind, @PathVariable String name) {
    done(kind, name, sys::forgetStatistics);
  }

  /** Tells which messages of a server are not done. */
  @GetMapping(SERVER + "/sys/mailbox")
  Mailbox mailbox(@PathVariable String kind, @PathVariable String name) {
    Sys.Queue queue = (Sys.Queue) told(kind, name, sys::mailbox);
    Sys.Item inHand = queue.inHand();
    return new Mailbox(
        inHand == null ? null : Waiting.of(inHand),
        queue.waiting().stream().map(Waiting::of).toList(),
        queue.size());
  }

  /** Streams the messages of a server as they are handled, from now on. */
  @GetMapping(value = SERVER + "/sys/trace", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void trace(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean content,
      HttpServletResponse response) {
    Trace trace = (Trace) told(kind, name, sys::trace);
    try {
      stream(
          kind + "/" + name,
          response,
          new EventStream.Source() {
            @Override
            public byte @Nullable [] next(Duration limit) {
              Trace.Message message = nextOf(trace, limit);
              return message == null ? null : traced(message, content);
            }

            @Override
            public boolean isOver() {
              return trace.isOver() || servers.events().isOver();
            }
          });
    } finally {
      sys.endTrace(Gateway.of(kind, kinds, servers).kind(), name, trace);
    }
  }

  /** Looks up now and then, so that a shutdown need not wait for a message to come. */
  private Trace.@Nullable Message nextOf(Trace trace, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Trace.Message message;
    do {
      message = trace.next(LOOK_UP);
    } while (message == null
        && !servers.events().isOver()
        && !Thread.currentThread().isInterrupted()
        && System.nanoTime() - deadline < 0);
    return message;
  }

  private byte[] traced(Trace.Message message, boolean content) {
    Traced told =
        new Traced(
            message.operation(),
            word(message.origin()),
            word(message.outcome()),
            micros(message.waited()),
            micros(message.handled()),
            content ? Wire.shown(message.content(), servers.limits().reveal()) : null);
    return EventStream.event("message", null, Wire.mapper().writeValueAsBytes(told));
  }

  /** Waits until a server goes down: stops, or is restarted. */
  @GetMapping(SERVER + "/down")
  ResponseEntity<Down> down(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestParam(defaultValue = "60s") String wait) {
    Duration limit = Durations.parse("wait", wait);
    if (limit.compareTo(LONGEST_WAIT) > 0) {
      throw new Malformed("wait", "must be at most 10m");
    }
    Gateway gateway = Gateway.of(kind, kinds, servers);
    String checked = Address.checkName(name);
    Outcome outcome = lookingOn(kind + "/" + name, () -> sys.down(gateway.kind(), checked, limit));
    if (outcome instanceof Outcome.Replied(Events.Event event, var _)) {
      return ResponseEntity.ok(new Down(event.reason(), event.at()));
    } else if (outcome instanceof Outcome.Replied && !servers.events().isOver()) {
      return ResponseEntity.noContent().build();
    }
    boolean isOver = outcome instanceof Outcome.Replied;
    throw gateway.notDone(isOver ? new Outcome.ShuttingDown() : outcome, name);
  }

  /** Streams what happens to a server. */
  @GetMapping(value = SERVER + "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void events(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String last,
      HttpServletResponse response) {
    Gateway gateway = Gateway.of(kind, kinds, servers);
    String checked = Address.checkName(name);
    if (last == null && servers.status(gateway.kind(), checked) == null) {
      throw gateway.notDone(new Outcome.NoServer(), name);
    }
    String ofKind = gateway.kind().name();
    stream(kind + "/" + name, response, since(last, event -> event.isOf(ofKind, checked)));
  }

  /** Streams what happens to all servers. */
  @GetMapping(value = "/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void allEvents(
      @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String last,
      HttpServletResponse response) {
    stream(null, response, since(last, event -> true));
  }

  private EventStream.Source since(@Nullable String last, Predicate<Events.Event> wanted) {
    Events events = servers.events();
    long begin = last == null ? events.last() : idOf(last);
    return new EventStream.Source() {
      private long after = begin;

      @Override
      public byte @Nullable [] next(Duration limit) {
        Events.Event event = events.next(after, wanted, limit);
        if (event == null) {
          return null;
        }
        after = event.id();
        Happened told = new Happened(event.kind(), event.name(), event.reason(), event.at());
        return EventStream.event(
            word(event.type()), String.valueOf(event.id()), Wire.mapper().writeValueAsBytes(told));
      }

      @Override
      public boolean isOver() {
        return events.isOver();
      }
    };
  }

  private static long idOf(String last) {
    try {
      return Long.parseLong(last);
    } catch (NumberFormatException e) {
      throw new Malformed("Last-Event-ID", "must be the id of an event");
    }
  }

  private void stream(
      @Nullable String server, HttpServletResponse response, EventStream.Source source) {
    lookingOn(
        server,
        () -> {
          new EventStream(response, EventStream.HEARTBEAT).write(source);
          return source;
        });
  }

  /** Does what may take long, unless as many do so already as may. */
  private <T> T lookingOn(@Nullable String server, Supplier<T> looking) {
    if (!sys.enter()) {
      int most = servers.limits().watchers();
      throw new NotDone(new Outcome.LimitReached(most + " may look on at a time"), server);
    }
    try {
      return looking.get();
    } finally {
      sys.leave();
    }
  }

  private void done(String kind, String name, BiFunction<Kind, String, Outcome> action) {
    Gateway gateway = Gateway.of(kind, kinds, servers);
    Outcome outcome = action.apply(gateway.kind(), Address.checkName(name));
    if (!(outcome instanceof Outcome.Ended)) {
      throw gateway.notDone(outcome, name);
    }
  }

  private Object told(String kind, String name, BiFunction<Kind, String, Outcome> question) {
    Gateway gateway = Gateway.of(kind, kinds, servers);
    Outcome outcome = question.apply(gateway.kind(), Address.checkName(name));
    if (outcome instanceof Outcome.Replied(Object value, var _) && value != null) {
      return value;
    }
    throw gateway.notDone(outcome, name);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static long micros(long nanos) {
    return nanos / 1000;
  }

  /** What a server has done since it came into memory, or since this was begun anew. */
  record Statistics(Map<String, OfOperation> operations) {}

  /**
   * What it did with the messages of one operation.
   *
   * @param outcomes how many were replied, refused, deferred, crashed or dropped
   * @param waitedMicros µs from their sending to their handling, on the average
   * @param longestWaitMicros the longest of these
   * @param handledMicros µs that their handler took, on the average
   * @param longestHandlingMicros the longest of these
   */
  record OfOperation(
      Map<String, Long> outcomes,
      long waitedMicros,
      long longestWaitMicros,
      long handledMicros,
      long longestHandlingMicros) {
    static OfOperation of(Sys.Counts counts) {
      Map<String, Long> outcomes = new TreeMap<>();
      counts.outcomes().forEach((result, times) -> outcomes.put(word(result), times));
      long all = Math.max(1, outcomes.values().stream().mapToLong(n -> n).sum());
      return new OfOperation(
          outcomes,
          micros(counts.waited() / all),
          micros(counts.longestWait()),
          micros(counts.handled() / all),
          micros(counts.longestHandling()));
    }
  }

  /**
   * The messages of a server that are not done.
   *
   * @param inHand the one whose handler runs
   * @param waiting the others, the oldest first, 1,000 at the most
   * @param size how many wait
   */
  record Mailbox(@Nullable Waiting inHand, List<Waiting> waiting, int size) {}

  /**
   * A message that is not done.
   *
   * @param origin a call, a cast, or an info: one that the server sent itself
   * @param ageMillis ms since it was sent, or since its handler began
   * @param deadlineMillis ms until its sender gives up, if one waits
   */
  record Waiting(String operation, String origin, long ageMillis, @Nullable Long deadlineMillis) {
    static Waiting of(Sys.Item item) {
      Long left = item.left();
      return new Waiting(
          item.operation(),
          word(item.origin()),
          item.age() / 1_000_000,
          left == null ? null : left / 1_000_000);
    }
  }

  /** A message that was handled, in a trace. */
  record Traced(
      String operation,
      String origin,
      String outcome,
      long waitedMicros,
      long handledMicros,
      @Nullable Json content) {}

  /**
   * Why and when a server went down.
   *
   * @param reason in a word, such as {@code normal}, {@code crashed} or {@code killed}
   */
  record Down(String reason, Instant at) {}

  /** Something that has happened to a server; the event is called after what it was. */
  record Happened(String kind, String name, String reason, Instant at) {}
}
