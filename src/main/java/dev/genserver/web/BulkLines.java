package dev.genserver.web;

import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Reads lines and sends a message for each. */
final class BulkLines {
  private static final int CHUNK = 64 * 1024;

  private final Servers servers;
  private final Kinds kinds;
  private final Duration timeout;
  private final long longest;
  private final BulkReplies replies;
  private final Map<String, Gateway> gateways = new HashMap<>();
  private byte[] buffer = new byte[CHUNK];
  private int end;
  private long number;

  BulkLines(Servers servers, Kinds kinds, Duration timeout, long longest, BulkReplies replies) {
    this.servers = servers;
    this.kinds = kinds;
    this.timeout = timeout;
    this.longest = longest;
    this.replies = replies;
  }

  /**
   * One line.
   *
   * @param kind the kind of the server that it is for
   * @param name the server's name
   * @param operation the message's name
   * @param arguments its fields
   * @param cast whether the reply is not of interest
   * @param id comes back with the reply; without it the line's number does, from 1
   * @param idempotencyKey what makes a repeat of it do nothing, see `Idempotency-Key`
   */
  record MessageLine(
      String kind,
      String name,
      String operation,
      @Nullable Json arguments,
      @Default("false") boolean cast,
      @Nullable Json id,
      @Nullable String idempotencyKey) {}

  void readAll(InputStream in) throws IOException {
    boolean skipping = false;
    while (!replies.isBroken()) {
      if (in.available() == 0) {
        replies.pause();
      }
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        break;
      }
      int before = end;
      end += read;
      skipping = lines(before, skipping);
    }
    if (end > 0 && !skipping && !replies.isBroken()) {
      line(buffer, 0, end);
    }
  }

  /**
   * Handles whole lines, the end of none of them before {@code from}; returns whether the one begun
   * is too long and to be skipped.
   */
  private boolean lines(int from, boolean skipping) {
    int begin = 0;
    boolean skips = skipping;
    for (int i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        if (!skips) {
          line(buffer, begin, i);
        }
        skips = false;
        begin = i + 1;
      }
    }
    System.arraycopy(buffer, begin, buffer, 0, end - begin);
    end -= begin;
    if (skips || end > longest) {
      if (!skips) {
        number++;
        replies.admit();
        answer(json(number), new Edge.BodyTooLarge(longest).problem());
      }
      end = 0;
      return true;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    return false;
  }

  private void line(byte[] bytes, int begin, int end) {
    number++;
    if (isBlank(bytes, begin, end)) {
      return;
    }
    replies.admit();
    if (end - begin > longest) {
      answer(json(number), new Edge.BodyTooLarge(longest).problem());
      return;
    }
    Json id = json(number);
    try {
      MessageLine line = Wire.decode(Arrays.copyOfRange(bytes, begin, end), MessageLine.class);
      id = line.id() == null ? id : line.id();
      send(line, id);
    } catch (Malformed | Invalid | Unknown e) {
      answer(id, Batches.problem(e));
    }
  }

  private static boolean isBlank(byte[] bytes, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private void send(MessageLine line, Json id) {
    Gateway gateway =
        gateways.computeIfAbsent(line.kind(), kind -> Gateway.of(kind, kinds, servers));
    String name = Address.checkName(line.name());
    Object message =
        new Batches.Item(line.operation(), line.arguments(), line.idempotencyKey())
            .message(gateway);
    replies.watch(
        servers.post(
            gateway.kind(),
            name,
            message,
            timeout,
            true,
            outcome -> answer(id, reply(line.cast(), outcome, gateway.address(name)))));
  }

  private static Batches.Reply reply(boolean cast, Outcome outcome, String server) {
    Batches.Reply reply = Batches.Reply.of(outcome, server);
    return cast && Servers.isHandled(outcome)
        ? new Batches.Reply(HttpStatus.ACCEPTED.value(), null, reply.replayed())
        : reply;
  }

  private static Json json(long number) {
    return new Json(String.valueOf(number));
  }

  private void answer(Json id, Problem problem) {
    answer(id, Batches.Reply.of(problem));
  }

  private void answer(Json id, Batches.Reply reply) {
    replies.reply(new BulkReplies.ReplyLine(id, reply.status(), reply.body(), reply.replayed()));
  }
}
