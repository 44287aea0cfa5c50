package dev.genserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The curl lines of a page's {@code console} blocks and the answers written below them.
 *
 * <p>An answer is the one written if they are the same but for white space at the ends of lines,
 * and
 *
 * <ul>
 *   <li>{@code …} stands for anything within a line, a line of it alone for any lines;
 *   <li>a time stands for any time;
 *   <li>an id, that is 22 letters, digits, {@code -} and {@code _} of a mixed case, stands for any
 *       id the first time, and for that same one in all later answers and commands.
 * </ul>
 */
final class Transcript {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");
  private static final Pattern VOLATILE =
      Pattern.compile(
          "(?<lines>(?m:^)…\\n?)|(?<rest>…)|(?<time>\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)"
              + "|(?<id>(?<![\\w-])(?=[\\w-]*[a-z])(?=[\\w-]*[A-Z])[\\w-]{22}(?![\\w-]))");

  /** One command and what the page says that it answers. */
  record Exchange(String command, String answer) {}

  private final List<Exchange> exchanges;

  /** The real ids of those in the page. */
  private final Map<String, String> ids = new HashMap<>();

  private Transcript(List<Exchange> exchanges) {
    this.exchanges = exchanges;
  }

  static Transcript of(Path page) throws IOException {
    return of(Files.readString(page));
  }

  static Transcript of(String page) {
    List<Exchange> exchanges = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(page); block.find(); ) {
      for (String exchange : block.group(1).split("(?m)^\\$ ", -1)) {
        if (exchange.startsWith("curl ")) {
          String[] commandAndAnswer = exchange.split("\n", 2);
          exchanges.add(new Exchange(commandAndAnswer[0], tidy(commandAndAnswer[1])));
        }
      }
    }
    return new Transcript(exchanges);
  }

  boolean isEmpty() {
    return exchanges.isEmpty();
  }

  /**
   * Runs each command in its order.
   *
   * @param shell what a command answers
   * @throws AssertionError at the first answer that is not the one written
   */
  void play(UnaryOperator<String> shell) {
    for (Exchange exchange : exchanges) {
      String command = exchange.command();
      for (Map.Entry<String, String> id : ids.entrySet()) {
        command = command.replace(id.getKey(), id.getValue());
      }
      check(exchange, tidy(shell.apply(command)));
    }
  }

  private void check(Exchange exchange, String received) {
    List<String> newIds = new ArrayList<>();
    Matcher answer = Pattern.compile(patternOf(exchange.answer(), newIds)).matcher(received);
    if (!answer.matches()) {
      throw new AssertionError(
          "$ %s%nshould answer%n%s%nbut answered%n%s"
              .formatted(exchange.command(), exchange.answer(), received));
    }
    for (int i = 0; i < newIds.size(); i++) {
      ids.put(newIds.get(i), answer.group("id" + i));
    }
  }

  private String patternOf(String answer, List<String> newIds) {
    StringBuilder pattern = new StringBuilder();
    int end = 0;
    for (Matcher part = VOLATILE.matcher(answer); part.find(); end = part.end()) {
      pattern.append(Pattern.quote(answer.substring(end, part.start())));
      if (part.group("lines") != null) {
        pattern.append("(?s:.*)");
      } else if (part.group("rest") != null) {
        pattern.append(".*");
      } else if (part.group("time") != null) {
        pattern.append("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
      } else {
        pattern.append(idPattern(part.group("id"), newIds));
      }
    }
    return pattern.append(Pattern.quote(answer.substring(end))).toString();
  }

  private String idPattern(String id, List<String> newIds) {
    if (ids.containsKey(id)) {
      return Pattern.quote(ids.get(id));
    } else if (newIds.contains(id)) {
      return "\\k<id" + newIds.indexOf(id) + ">";
    }
    newIds.add(id);
    return "(?<id" + (newIds.size() - 1) + ">[\\w-]{22})";
  }

  private static String tidy(String text) {
    return text.replaceAll("(?dm)[ \\t\\r]+$", "").strip();
  }
}
