package dev.genserver.web;

import dev.genserver.behaviour.Keyed;
import dev.genserver.runtime.Condition;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Request;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Tag;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Malformed;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What a request to a server says beside its message: how long it waits, on which condition, under
 * which idempotency key. And what the answer says in headers beside the reply.
 */
class Exchange {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String REPLAYED = "Idempotency-Replayed";

  private static final Pattern KEY =
      Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E]{0,126}[\\x21-\\x7E])?");
  private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
  private static final Pattern TAGS =
      Pattern.compile("\\s*(W/)?\"[^\"]*\"\\s*(,\\s*(W/)?\"[^\"]*\"\\s*)*");

  private final Head head;
  private final @Nullable HttpServletResponse events;
  private final boolean isGet;
  private final Timeout timeout;
  private final @Nullable String key;
  private final @Nullable String match;
  private final @Nullable String noneMatch;

  /** The exchange that a request with this head begins; {@code events}: its answer is a stream. */
  Exchange(Head head, @Nullable String timeout, @Nullable HttpServletResponse events) {
    this.head = head;
    this.events = events;
    this.isGet = head.method().equals("GET") || head.method().equals("HEAD");
    this.timeout = Timeout.of(timeout);
    this.key = checkKey(IDEMPOTENCY_KEY, head.header(IDEMPOTENCY_KEY));
    this.match = head.header(HttpHeaders.IF_MATCH);
    this.noneMatch = head.header(HttpHeaders.IF_NONE_MATCH);
  }

  /** Says that what follows may wait or take long: it is done on a thread that may. */
  void mayWait() {}

  /** How long to wait. */
  final Duration limit() {
    return timeout.limit();
  }

  /** The key of an entry in the path, see {@link Address#keyIn}. */
  final String entry() {
    return Address.keyIn(head.path());
  }

  /** Whether the answer is to be a stream of events. */
  final boolean wantsEvents() {
    return events != null;
  }

  /** The stream that the answer is, if it is one. */
  final EventStream events() {
    return new EventStream(Objects.requireNonNull(events), EventStream.HEARTBEAT);
  }

  /**
   * Calls a server, and waits. A controller does so once: where nobody may wait it is called again
   * when there is an outcome, and gets that one here.
   */
  Outcome call(Servers servers, Kind kind, String name, Object message, boolean startIfMissing) {
    return servers.call(kind, name, message, limit(), startIfMissing);
  }

  /** Casts to a server that may have to be started first. */
  Outcome cast(Servers servers, Kind kind, String name, Object message) {
    return servers.cast(kind, name, message, true);
  }

  /** Whether the message is tied to a condition, so that its sender has to hear of it. */
  boolean isConditional() {
    return match != null || (noneMatch != null && !isGet);
  }

  /** Whether it says that a header is not to be taken for one that means something. */
  Exchange withoutCondition(String why) {
    if (isConditional()) {
      throw new Malformed(match != null ? "If-Match" : "If-None-Match", why);
    }
    return this;
  }

  Exchange withoutKey(String why) {
    if (key != null) {
      throw new Malformed(IDEMPOTENCY_KEY, why);
    }
    return this;
  }

  /** The message with what is tied to it. */
  Object message(Object operation) {
    return isGet || key != null || isConditional()
        ? new Request(operation, condition(operation), key)
        : operation;
  }

  private @Nullable Condition condition(Object operation) {
    if (!isConditional()) {
      return null;
    } else if (match == null) {
      return absent(operation);
    } else if (noneMatch != null && !isGet) {
      throw new Malformed("If-None-Match", "must not come together with If-Match");
    }
    return match.strip().equals("*")
        ? new Condition.Exists()
        : new Condition.Matches(tags("If-Match", match));
  }

  private Condition absent(Object operation) {
    if (!"*".equals(String.valueOf(noneMatch).strip()) || !(operation instanceof Keyed)) {
      throw new Malformed(
          "If-None-Match", "must be * and the operation about an entry, unless it is a GET");
    }
    return new Condition.Absent();
  }

  /** The tags in a header. A weak one is never the same as one of ours. */
  private static Set<String> tags(String header, String text) {
    if (!TAGS.matcher(text).matches()) {
      throw new Malformed(header, "must be * or tags in quotes, such as \"1a-2b\"");
    }
    return TAG.matcher(text)
        .results()
        .filter(tag -> tag.group(1) == null)
        .map(tag -> tag.group(2))
        .collect(Collectors.toSet());
  }

  /** Says in headers what there is to say of this outcome; returns the one to go by. */
  Outcome answered(Outcome outcome) {
    Outcome first = outcome;
    if (outcome instanceof Outcome.Replayed(Outcome earlier)) {
      head.answer(REPLAYED, "true");
      first = earlier;
    }
    if (first instanceof Outcome.Replied(Object _, Tag tag)
        && tag != null
        && (isGet || isConditional())) {
      tagged(tag);
    }
    return first;
  }

  private void tagged(Tag tag) {
    head.answer(HttpHeaders.ETAG, "\"" + tag + "\"");
    if (isGet && noneMatch != null && isNamedBy(noneMatch, tag)) {
      throw new NotModified();
    }
  }

  private static boolean isNamedBy(String noneMatch, Tag tag) {
    return noneMatch.strip().equals("*")
        || tags("If-None-Match", noneMatch.replace("W/", "")).contains(tag.toString());
  }

  /**
   * Returns the idempotency key if it is one.
   *
   * @throws Malformed if it is too long or holds what is not visible
   */
  static @Nullable String checkKey(String field, @Nullable String key) {
    if (key != null && !KEY.matcher(key).matches()) {
      throw new Malformed(
          field, "must be 1 to " + Request.LONGEST_KEY + " visible characters of ASCII");
    }
    return key;
  }

  /** The answer to a GET whose client has it already. */
  static final class NotModified extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1;

    NotModified() {
      super(null, null, false, false);
    }
  }

  /** The answer was a stream, which is over. */
  static final class Streamed extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1;

    Streamed() {
      super(null, null, false, false);
    }
  }
}
