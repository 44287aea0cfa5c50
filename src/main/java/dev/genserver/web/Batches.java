package dev.genserver.web;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.runtime.Batch;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Request;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Many messages to one server over HTTP, in one turn of it. */
@RestController
class Batches {
  private final Servers servers;
  private final Kinds kinds;

  Batches(Servers servers, Kinds kinds) {
    this.servers = servers;
    this.kinds = kinds;
  }

  /**
   * One message of a batch.
   *
   * @param operation its name
   * @param arguments its fields
   * @param idempotencyKey what makes a repeat of it do nothing, see `Idempotency-Key`
   */
  record Item(String operation, @Nullable Json arguments, @Nullable String idempotencyKey) {
    Object message(Gateway gateway) {
      Object message = gateway.message(operation, arguments);
      String key = Exchange.checkKey("idempotencyKey", idempotencyKey);
      return key == null ? message : new Request(message, null, key);
    }
  }

  /** What has come of each message, in their order. */
  record Replies(List<Reply> replies) {}

  /**
   * What has come of one message.
   *
   * @param status the status that it would have had as a request of its own
   * @param body its reply, or a problem
   * @param replayed whether it came before under its idempotency key, and did nothing now
   */
  record Reply(int status, @Nullable Object body, @Nullable Boolean replayed) {
    static Reply of(Outcome outcome, String server) {
      return switch (outcome) {
        case Outcome.Replayed(Outcome first) -> {
          Reply reply = of(first, server);
          yield new Reply(reply.status(), reply.body(), true);
        }
        case Outcome.Replied(Object value, var _) ->
            new Reply(HttpStatus.OK.value(), value == null ? new NoFields() : value, null);
        case Outcome.Accepted() -> new Reply(HttpStatus.ACCEPTED.value(), null, null);
        default -> of(Problems.of(outcome).about(server));
      };
    }

    static Reply of(Problem problem) {
      return new Reply(problem.status(), problem, null);
    }
  }

  /**
   * Has a server handle many messages in one turn: nothing else comes between them. With {@code
   * atomic=true} the first that is not done undoes all of them.
   */
  @PostMapping(value = "/v1/{kind}/{name}/batch", produces = MediaType.APPLICATION_JSON_VALUE)
  Replies batch(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean atomic,
      @RequestBody List<@Nullable Item> body,
      Exchange exchange) {
    Gateway gateway = Gateway.of(kind, kinds, servers);
    exchange
        .withoutCondition("is not taken by a batch")
        .withoutKey("is not taken by a batch; give each item its idempotencyKey");
    int most = servers.limits().batch();
    if (body.size() > most) {
      throw new Malformed("body", "must have at most " + most + " items");
    }
    List<Object> messages = new ArrayList<>(body.size());
    @Nullable Reply[] replies = new Reply[body.size()];
    for (int i = 0; i < replies.length; i++) {
      try {
        messages.add(item(body, i).message(gateway));
      } catch (Malformed | Invalid | Unknown e) {
        Problem problem = problem(e).about(gateway.address(name));
        if (atomic) {
          throw new NotSent(problem.withItem(i));
        }
        replies[i] = Reply.of(problem);
      }
    }
    Outcome.Replies outcomes = gateway.batch(name, new Batch(messages, atomic), exchange);
    int next = 0;
    List<Reply> all = new ArrayList<>(replies.length);
    for (Reply reply : replies) {
      all.add(
          reply != null ? reply : Reply.of(outcomes.outcomes().get(next++), gateway.address(name)));
    }
    return new Replies(all);
  }

  private static Item item(List<@Nullable Item> body, int at) {
    Item item = body.get(at);
    if (item == null) {
      throw new Malformed("[" + at + "]", "must be an object");
    }
    return item;
  }

  /** What is wrong with a message before it is sent. */
  static Problem problem(RuntimeException e) {
    return e instanceof Unknown unknown
        ? unknown.problem
        : Problem.of(HttpStatus.BAD_REQUEST, "malformed", String.valueOf(e.getMessage()));
  }

  /** A batch of which nothing was sent, for one of its messages is none. */
  static final class NotSent extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1;

    final transient Problem problem;

    NotSent(Problem problem) {
      super(null, null, false, false);
      this.problem = problem;
    }
  }
}
