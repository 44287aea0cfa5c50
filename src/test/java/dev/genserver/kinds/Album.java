package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Former;
import dev.genserver.behaviour.Formerly;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;

/** Texts to pictures, whose state once had another form and no title. */
@Name("albums")
@Formerly(Album.V1.class)
public record Album() implements Behaviour<Album.Texts, Album.Op> {

  /** The texts, the title among them, and the pictures in another order. */
  public record Texts(Table<String> byPicture, Table<String> order) {}

  /** The texts as they were. */
  public record V1(Table<String> byPicture) implements Former {
    @Override
    public Texts upgraded() {
      Table<String> order = Table.empty();
      return new Texts(byPicture.put("title", "Album"), order.put("1", "title"));
    }
  }

  /** What it can be asked. */
  public sealed interface Op {}

  /** Writes a text. */
  public record Write(String picture, String text) implements Op {}

  /** Begins anew with this text. */
  public record Begin(String picture, String text) implements Op {}

  @Override
  public Step<Texts> init(Self self) {
    return Step.done(new Texts(Table.empty(), Table.empty()));
  }

  @Override
  public Step<Texts> handle(Op message, Texts texts, Self self) {
    return switch (message) {
      case Write(String picture, String text) ->
          Step.done(new Texts(texts.byPicture().put(picture, text), texts.order()));
      case Begin(String picture, String text) -> {
        Table<String> none = Table.empty();
        yield Step.done(new Texts(none.put(picture, text), texts.order()));
      }
    };
  }
}
