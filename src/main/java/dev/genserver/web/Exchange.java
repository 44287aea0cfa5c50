package dev.genserver.web;

import dev.genserver.behaviour.Keyed;
import dev.genserver.runtime.Condition;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Request;
import dev.genserver.runtime.Tag;
import dev.genserver.wire.Malformed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What a request to a server says beside its message: how long it waits, on which condition, under
 * which idempotency key. And what the answer says in headers beside the reply.
 */
final class Exchange {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String REPLAYED = "Idempotency-Replayed";

  private static final Pattern KEY =
      Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E]{0,126}[\\x21-\\x7E])?");
  private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
  private static final Pattern TAGS =
      Pattern.compile("\\s*(W/)?\"[^\"]*\"\\s*(,\\s*(W/)?\"[^\"]*\"\\s*)*");

  private final HttpServletResponse response;
  private final boolean isGet;
  private final Timeout timeout;
  private final @Nullable String key;
  private final @Nullable String match;
  private final @Nullable String noneMatch;
  private final boolean wantsEvents;

  /** The exchange that this request begins. */
  Exchange(HttpServletRequest request, HttpServletResponse response, @Nullable String timeout) {
    this.response = response;
    this.isGet = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    this.timeout = Timeout.of(timeout);
    this.key = checkKey(IDEMPOTENCY_KEY, request.getHeader(IDEMPOTENCY_KEY));
    this.match = request.getHeader(HttpHeaders.IF_MATCH);
    this.noneMatch = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    this.wantsEvents = EventStreams.areWanted(request);
  }

  Timeout timeout() {
    return timeout;
  }

  /** Whether the answer is to be a stream of events. */
  boolean wantsEvents() {
    return wantsEvents;
  }

  /** The stream that the answer is, if it is one. */
  EventStream events() {
    return new EventStream(response, EventStream.HEARTBEAT);
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
      response.setHeader(REPLAYED, "true");
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
    response.setHeader(HttpHeaders.ETAG, "\"" + tag + "\"");
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
