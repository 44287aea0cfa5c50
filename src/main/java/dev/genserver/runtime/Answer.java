package dev.genserver.runtime;

import dev.genserver.behaviour.Json;
import dev.genserver.store.AnswerRow;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The first answer to a message with an idempotency key.
 *
 * @param at epoch milliseconds when it was given
 * @param request the {@link #fingerprint} of the message
 */
record Answer(long at, String request, Outcome outcome) {

  /** An outcome as it is stored: a reply, or a refusal. */
  private record Form(
      @Nullable Json value,
      @Nullable String code,
      @Nullable String detail,
      @Nullable Long incarnation,
      @Nullable Long version) {}

  /** Whether such an outcome is remembered: only a turn that counts leaves one. */
  static boolean isKept(Outcome outcome) {
    return outcome instanceof Outcome.Replied || outcome instanceof Outcome.Refused;
  }

  /** What two messages have in common only if they say the same. */
  static String fingerprint(Kind kind, Object message) {
    return message instanceof TimerRequest.Cast(Object cast, Duration delay, Duration every)
        ? delay + " " + every + " " + fingerprint(kind, cast)
        : kind.nameOf(message) + " " + digest(Wire.encode(message));
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static Answer of(AnswerRow row) {
    Form form = Wire.decode(row.answer().getBytes(StandardCharsets.UTF_8), Form.class);
    Outcome outcome =
        form.code() != null
            ? new Outcome.Refused(form.code(), String.valueOf(form.detail()))
            : new Outcome.Replied(form.value(), tag(form));
    return new Answer(row.at(), row.request(), outcome);
  }

  AnswerRow row(String key) {
    return new AnswerRow(key, at, request, Wire.encode(form()));
  }

  private Form form() {
    return switch (outcome) {
      case Outcome.Replied(Object value, Tag tag) ->
          new Form(
              value == null ? null : new Json(Wire.encode(value)),
              null,
              null,
              tag == null ? null : tag.incarnation(),
              tag == null ? null : tag.version());
      case Outcome.Refused(String code, String detail) -> new Form(null, code, detail, null, null);
      default -> throw new IllegalStateException("not to be kept: " + outcome);
    };
  }

  private static @Nullable Tag tag(Form form) {
    return form.incarnation() == null || form.version() == null
        ? null
        : new Tag(form.incarnation(), form.version());
  }
}
