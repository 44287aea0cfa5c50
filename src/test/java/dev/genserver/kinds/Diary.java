package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Former;
import dev.genserver.behaviour.Formerly;
import dev.genserver.behaviour.Key;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;

/** Texts by day, whose state once had another form. */
@Name("diaries")
@Formerly(Diary.V1.class)
public record Diary() implements Behaviour<Diary.Pages, Diary.Op> {

  /** The pages, and whose they are. */
  public record Pages(Table<String> byDay, String owner) {}

  /** The pages as they were when nobody owned them. */
  public record V1(Table<String> entries) implements Former {
    @Override
    public Pages upgraded() {
      return new Pages(entries, "nobody");
    }
  }

  /** What it can be asked. */
  public sealed interface Op {}

  /** Writes a page. */
  public record Write(String day, String text) implements Op {
    /** Checks the day. */
    public Write {
      Key.check("day", day);
    }
  }

  /** How many pages there are, and whose. */
  public record Summary() implements Op, Query {}

  /** The summary. */
  public record Said(int pages, String owner) {}

  @Override
  public Step<Pages> init(Self self) {
    return Step.done(new Pages(Table.empty(), "somebody"));
  }

  @Override
  public Step<Pages> handle(Op message, Pages pages, Self self) {
    return switch (message) {
      case Write(String day, String text) ->
          Step.done(new Pages(pages.byDay().put(day, text), pages.owner()));
      case Summary() -> Step.reply(new Said(pages.byDay().size(), pages.owner()), pages);
    };
  }
}
