package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualServer;
import dev.genserver.behaviour.Table;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StackTest {

  private static ManualServer<Table<Json>, Stack.Op> stack(String... items) {
    return new ManualServer<>(new Stack(List.of(items).stream().map(Json::new).toList()));
  }

  private static Stack.Item item(String json) {
    return new Stack.Item(new Json(json));
  }

  @Test
  void pop_startedWithItems_firstIsTop() {
    var stack = stack("1", "2", "3");

    assertThat(stack.ask(new Stack.Pop())).isEqualTo(item("1"));
    assertThat(stack.ask(new Stack.Pop())).isEqualTo(item("2"));
    assertThat(stack.ask(new Stack.Pop())).isEqualTo(item("3"));
    assertThat(stack.ask(new Stack.Pop())).isEqualTo("empty");
  }

  @Test
  void pop_empty() {
    assertThat(stack().ask(new Stack.Pop())).isEqualTo("empty");
  }

  @Test
  void peek_empty() {
    assertThat(stack().ask(new Stack.Peek())).isEqualTo("empty");
  }

  @Test
  void peek_leavesTheItem() {
    var stack = stack("1");

    assertThat(stack.ask(new Stack.Peek())).isEqualTo(item("1"));
    assertThat(stack.ask(new Stack.Size())).isEqualTo(new Stack.Count(1));
  }

  @Test
  void push_null() {
    var stack = stack();

    assertThat(stack.ask(new Stack.Push(Json.NULL))).isNull();
    assertThat(stack.ask(new Stack.Size())).isEqualTo(new Stack.Count(1));
    assertThat(stack.ask(new Stack.Pop())).isEqualTo(item("null"));
  }

  @Test
  void pop_moreThanTenItems_lastInFirstOut() {
    var stack = stack();
    IntStream.range(0, 250).forEach(i -> stack.ask(new Stack.Push(new Json("" + i))));

    for (int i = 249; i >= 0; i--) {
      assertThat(stack.ask(new Stack.Pop())).isEqualTo(item("" + i));
    }
  }

  @Test
  void push_changesOneRow() {
    var stack = stack("1", "2", "3");
    stack.state = stack.state.mark(0);

    stack.ask(new Stack.Push(new Json("4")));

    assertThat(stack.state.changed()).hasSize(1);
  }
}
