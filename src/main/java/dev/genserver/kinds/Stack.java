package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Last in, first out. The state is a table from depth to item, the bottom at 0, so that a push
 * changes one row.
 *
 * @param items what it begins with; the first is the top
 */
@Prompt
@Name("stacks")
public record Stack(@Default("[]") List<Json> items) implements Behaviour<Table<Json>, Stack.Op> {

  /** Copies the items. */
  public Stack {
    items = List.copyOf(items);
  }

  /** What a stack can be asked. */
  public sealed interface Op {}

  /** Puts an item on top. */
  public record Push(Json item) implements Op {}

  /** Takes the top off. */
  @Refuses("empty")
  public record Pop() implements Op {}

  /** The top. */
  @Refuses("empty")
  public record Peek() implements Op, Query {}

  /** How many items there are. */
  public record Size() implements Op, Query {}

  /** An item as a reply. */
  public record Item(Json item) {}

  /** The number of items as a reply. */
  public record Count(int size) {}

  @Override
  public Step<Table<Json>> init(Self self) {
    Table<Json> stack = Table.empty();
    for (Json item : items.reversed()) {
      stack = push(stack, item);
    }
    return Step.done(stack);
  }

  @Override
  public Step<Table<Json>> handle(Op message, Table<Json> stack, Self self) {
    return switch (message) {
      case Push(Json item) -> Step.done(push(stack, item));
      case Pop() -> {
        Json top = top(stack);
        yield top == null ? empty() : Step.reply(new Item(top), stack.remove(topKey(stack)));
      }
      case Peek() -> {
        Json top = top(stack);
        yield top == null ? empty() : Step.reply(new Item(top), stack);
      }
      case Size() -> Step.reply(new Count(stack.size()), stack);
    };
  }

  @Override
  public void check(Table<Json> stack) {
    for (int i = 0; i < stack.size(); i++) {
      if (stack.get(Integer.toString(i)) == null) {
        throw new Invalid("state", "must have the keys 0, 1 and so on, 0 being the bottom");
      }
    }
  }

  private static Table<Json> push(Table<Json> stack, Json item) {
    return stack.put(Integer.toString(stack.size()), item);
  }

  private static @Nullable Json top(Table<Json> stack) {
    return stack.get(topKey(stack));
  }

  private static String topKey(Table<Json> stack) {
    return Integer.toString(stack.size() - 1);
  }

  private static Step<Table<Json>> empty() {
    return Step.refuse("empty", "the stack is empty");
  }
}
