package dev.genserver.web;

import com.github.therapi.runtimejavadoc.Comment;
import com.github.therapi.runtimejavadoc.CommentVisitor;
import com.github.therapi.runtimejavadoc.Link;
import com.github.therapi.runtimejavadoc.ParamJavadoc;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import com.github.therapi.runtimejavadoc.Value;
import java.lang.reflect.Method;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sources' own comments, as Markdown; empty where there are none. */
final class Javadocs {
  private static final Pattern SENTENCE = Pattern.compile("^(.+?)[.:](?:\\s|$)");

  private Javadocs() {}

  static String of(Class<?> type) {
    return markdown(RuntimeJavadoc.getJavadoc(type).getComment());
  }

  static String of(Method method) {
    return markdown(RuntimeJavadoc.getJavadoc(method).getComment());
  }

  /** What a record says of one of its components. */
  static String ofComponent(Class<?> type, String component) {
    return RuntimeJavadoc.getJavadoc(type).getRecordComponents().stream()
        .filter(documented -> documented.getName().equals(component))
        .map(ParamJavadoc::getComment)
        .map(Javadocs::markdown)
        .findFirst()
        .orElse("");
  }

  /** The first sentence, without its full stop. */
  static String summary(String comment) {
    Matcher sentence = SENTENCE.matcher(comment);
    return sentence.find() ? sentence.group(1) : comment;
  }

  private static String markdown(Comment comment) {
    Markdown text = new Markdown();
    comment.visit(text);
    return text.toString();
  }

  private static final class Markdown implements CommentVisitor {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void commentText(String words) {
      text.append(words);
    }

    @Override
    public void inlineLink(Link link) {
      text.append('`').append(link.getLabel().replaceFirst("^.*#", "")).append('`');
    }

    @Override
    public void inlineTag(String name, String value) {
      text.append('`').append(value).append('`');
    }

    @Override
    public void inlineValue(Value value) {
      text.append('`').append(value.getReferencedMemberName()).append('`');
    }

    @Override
    public String toString() {
      return text.toString().replaceAll("\\s+", " ").replaceAll(" ?<p> ?", "\n\n").strip();
    }
  }
}
