package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Down;
import dev.genserver.behaviour.From;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Result;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Has others do what takes long: it notes what has come of it, and is there for everybody else. */
@Name("clerks")
public record Clerk() implements Behaviour<Clerk.Notes, Clerk.Op> {

  /** What has come of everything. */
  public record Notes(List<String> texts) {
    /** Copies the list. */
    public Notes {
      texts = List.copyOf(texts);
    }

    Notes plus(String text) {
      return new Notes(Stream.concat(texts.stream(), Stream.of(text)).toList());
    }
  }

  /** What it can be asked. */
  public sealed interface Op {}

  /** Waits at a gate without the server waiting; throws there if that is {@code crash}. */
  public record SlowOperation(String gate) implements Op {}

  /** Asks another clerk to do something slow, and answers as that one does. */
  public record Delegate(String to, String gate, Duration timeout) implements Op {}

  /** Asks another clerk to ask this one for its notes. */
  public record AskBack(String to) implements Op {}

  /** Has this many notes taken by another. */
  public record Dictate(String to, int times) implements Op {}

  /** Notes a text. */
  public record Note(String text) implements Op {}

  /** All notes. */
  public record Texts() implements Op, Query {}

  /** Watches over another clerk. */
  public record Watch(String name) implements Op {}

  /** Does so no more. */
  public record Unwatch(String name) implements Op {}

  /** Has a task done of whose result no message can be made. */
  public record Fumble() implements Op {}

  /** Crashes, having begun much. */
  public record Crash() implements Op {}

  /** Stops, and has another take a note of it. */
  public record Leave(String to) implements Op {}

  record Finished(@Nullable From caller, Result<?> result) implements Op, Signal {}

  record WentDown(Down down) implements Op, Signal {}

  @Override
  public Step<Notes> init(Self self) {
    return Step.done(new Notes(List.of()));
  }

  @Override
  public Step<Notes> handle(Op message, Notes notes, Self self) {
    From caller = self.from();
    return switch (message) {
      case SlowOperation(String gate) -> {
        self.task(() -> slow(gate), result -> new Finished(caller, result));
        yield Step.later(notes);
      }
      case Delegate(String to, String gate, Duration timeout) -> {
        self.call(
            "clerks", to, new SlowOperation(gate), timeout, result -> new Finished(caller, result));
        yield Step.later(notes);
      }
      case AskBack(String to) -> {
        self.call(
            "clerks",
            to,
            new Delegate(self.name(), "", Duration.ofSeconds(30)),
            Duration.ofSeconds(30),
            result -> new Finished(caller, result));
        yield Step.later(notes);
      }
      case Dictate(String to, int times) -> {
        for (int i = 0; i < times; i++) {
          self.cast("clerks", to, new Note(self.name() + i));
        }
        yield Step.done(notes);
      }
      case Note(String text) -> Step.done(notes.plus(text));
      case Texts() -> Step.reply(notes.texts(), notes);
      case Watch(String name) -> {
        self.monitor("clerks", name, WentDown::new);
        yield Step.done(notes);
      }
      case Unwatch(String name) -> {
        self.demonitor("clerks", name);
        yield Step.done(notes);
      }
      case Fumble() -> {
        self.task(
            () -> "",
            result -> {
              throw new IllegalStateException("no message of " + result);
            });
        yield Step.done(notes);
      }
      case Crash() -> {
        self.task(() -> "a task of a crash", result -> new Finished(null, result));
        self.cast("clerks", self.name(), new Note("a cast of a crash"));
        throw new IllegalStateException("told to crash");
      }
      case Leave(String to) -> {
        self.cast("clerks", to, new Note("left"));
        yield Step.done(notes).stop();
      }
      case Finished(From of, Result<?> result) -> {
        switch (result) {
          case Result.Done<?>(Object value) when of != null -> self.reply(of, value);
          case Result.Failed<?>(String code, String detail) when of != null ->
              self.refuse(of, code, detail);
          default -> {}
        }
        yield Step.done(notes.plus(String.valueOf(result)));
      }
      case WentDown(Down down) -> Step.done(notes.plus(down.name() + " " + down.reason()));
    };
  }

  private static String slow(String gate) {
    if (gate.equals("crash")) {
      throw new IllegalStateException("told to crash");
    }
    Gate.pass(gate);
    return gate;
  }
}
