package dev.genserver.store;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to become of one server. */
public sealed interface Change {
  /** The server's kind. */
  String kind();

  /** The server's name. */
  String name();

  /** It and all that belongs to it is gone; so be it if there was none. */
  record Delete(String kind, String name) implements Change {}

  /**
   * It is as this says. What is not mentioned of its entries, timers and answers stays, unless it
   * is {@code fresh}: then nothing of what the name had before does. The row's arguments, options
   * and start time count only then; otherwise they stay.
   *
   * @param state the state without the tables, JSON
   * @param tables the entries that change, by table
   * @param timers by id: set, or removed where the value is null
   * @param answers by key: remembered, or forgotten where the value is null
   */
  record Put(
      ServerRow row,
      boolean fresh,
      String state,
      Collection<TableChange> tables,
      Map<String, @Nullable TimerRow> timers,
      Map<String, @Nullable AnswerRow> answers)
      implements Change {
    @Override
    public String kind() {
      return row.kind();
    }

    @Override
    public String name() {
      return row.name();
    }
  }

  /**
   * It has these start arguments and options instead of those that it had.
   *
   * @param options JSON
   * @param arguments JSON
   */
  record Configure(String kind, String name, String options, String arguments) implements Change {}

  /**
   * What changes in one table of a server.
   *
   * @param table its name; empty if the state is nothing but a table
   * @param cleared whether the entries that were there go first
   * @param entries by key: set to this, or removed where the value is null
   */
  record TableChange(String table, boolean cleared, Map<String, @Nullable EntryRow> entries) {}
}
