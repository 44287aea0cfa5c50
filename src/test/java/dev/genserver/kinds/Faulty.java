package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.From;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * It notes what it is told, and does all that a server can do wrong.
 *
 * @param init what becomes of its start: {@code ok}, {@code refuse}, {@code crash}, or the name of
 *     a {@link Gate} to wait at
 */
@Name("faulty-ones")
public record Faulty(@Default("\"ok\"") String init) implements Behaviour<Faulty.Notes, Faulty.Op> {

  /** What it was told, and who waits for an answer. */
  public record Notes(List<String> texts, List<From> waiting) {
    /** Copies the lists. */
    public Notes {
      texts = List.copyOf(texts);
      waiting = List.copyOf(waiting);
    }

    Notes plus(String text) {
      return new Notes(Stream.concat(texts.stream(), Stream.of(text)).toList(), waiting);
    }

    Notes plus(@Nullable From from) {
      return from == null
          ? this
          : new Notes(texts, Stream.concat(waiting.stream(), Stream.of(from)).toList());
    }
  }

  /** What it can be asked. */
  public sealed interface Op {}

  /** Notes a text; replies how many there are. */
  public record Note(String text) implements Op {}

  /** All texts. */
  public record Texts() implements Op, Query {}

  /** Throws, after it has asked for much. */
  public record Crash() implements Op {}

  /** Returns no step at all. */
  public record Nothing() implements Op {}

  /** Waits at a gate, then notes its name. */
  public record Wait(String gate) implements Op {}

  /** Spins at a gate, then notes its name. */
  public record Spin(String gate) implements Op {}

  /** Leaves its caller waiting. */
  public record Ask() implements Op {}

  /** Leaves its caller waiting until a timer answers. */
  public record AskTimer(@Default("\"10ms\"") Duration delay) implements Op {}

  /** Answers all who wait; refuses them if the text is empty. */
  public record Answer(String text) implements Op {}

  /** Waits at a gate, notes the text and continues with a note of the same text. */
  public record Then(String text, @Default("\"\"") String gate) implements Op {}

  /** Notes the text if nothing comes in for so long. */
  public record Idle(@Default("\"10ms\"") Duration after, String text) implements Op {}

  /** Notes the text after so long. */
  public record Timer(String name, @Default("\"10ms\"") Duration delay, String text)
      implements Op {}

  /** Cancels a timer. */
  public record Cancel(String name) implements Op {}

  /** Replies, then stops. */
  public record Stop() implements Op {}

  /** Refuses with a state. */
  public record Refuse(String text) implements Op {}

  /** Notes a text, or throws if that is {@code crash}; replies nothing. */
  record Told(String text) implements Op, Signal {}

  /** Answers all who wait. */
  record Due() implements Op, Signal {}

  @Override
  public Step<Notes> init(Self self) {
    switch (init) {
      case "refuse" -> {
        return Step.refuse("no", "refused to start");
      }
      case "crash" -> throw new IllegalStateException("told to crash in init");
      default -> Gate.pass(init);
    }
    return Step.done(new Notes(List.of(), List.of()));
  }

  @Override
  public Step<Notes> handle(Op message, Notes notes, Self self) {
    return switch (message) {
      case Note(String text) -> {
        Notes next = notes.plus(text);
        yield Step.reply(next.texts().size(), next);
      }
      case Texts() -> Step.reply(notes.texts(), notes);
      case Crash() -> {
        self.timer("crash", Duration.ZERO, new Told("timer of a crash"));
        notes.waiting().forEach(from -> self.reply(from, "reply of a crash"));
        self.count("expirations", 1);
        throw new IllegalStateException("told to crash");
      }
      case Nothing() -> nothing();
      case Wait(String gate) -> {
        Gate.pass(gate);
        yield Step.done(notes.plus(gate));
      }
      case Spin(String gate) -> {
        Gate.spin(gate);
        yield Step.done(notes.plus(gate));
      }
      case Ask() -> Step.later(notes.plus(self.from()));
      case AskTimer(Duration delay) -> {
        self.timer("due", delay, new Due());
        yield Step.later(notes.plus(self.from()));
      }
      case Answer(String text) -> {
        notes.waiting().forEach(from -> answer(from, text, self));
        yield Step.done(new Notes(notes.texts(), List.of()));
      }
      case Then(String text, String gate) -> {
        Gate.pass(gate);
        yield Step.reply(text, notes.plus(text)).then(new Told(text));
      }
      case Idle(Duration after, String text) -> Step.done(notes).idle(after, new Told(text));
      case Timer(String name, Duration delay, String text) -> {
        self.timer(name, delay, new Told(text));
        yield Step.done(notes);
      }
      case Cancel(String name) -> {
        self.cancelTimer(name);
        yield Step.done(notes);
      }
      case Stop() -> Step.reply("bye", notes).stop();
      case Refuse(String text) -> {
        self.timer("refused", Duration.ZERO, new Told("timer of a refusal"));
        yield Step.refuse("no", text, notes.plus(text));
      }
      case Told(String text) when text.equals("crash") ->
          throw new IllegalStateException("told itself to crash");
      case Told(String text) -> Step.done(notes.plus(text));
      case Due() -> {
        notes.waiting().forEach(from -> self.reply(from, "due"));
        yield Step.done(new Notes(notes.texts(), List.of()));
      }
    };
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  private static void answer(From from, String text, Self self) {
    if (text.isEmpty()) {
      self.refuse(from, "no", "refused later");
    } else {
      self.reply(from, text);
    }
  }
}
