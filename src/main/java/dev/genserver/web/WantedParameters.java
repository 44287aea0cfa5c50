package dev.genserver.web;

import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Wanted;
import dev.genserver.wire.Malformed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives the controller that starts servers what the query says beside their arguments. */
public final class WantedParameters implements HandlerMethodArgumentResolver {
  /** The options that are words, and these. */
  static final Map<String, List<String>> WORDS =
      Map.of(
          "durability",
          List.of("fsync", "os", "memory"),
          "restart",
          List.of("permanent", "transient", "temporary"),
          "onCrash",
          List.of("keep", "init"));

  /** The options that are whole numbers, and from where to where. */
  static final Map<String, Range> RANGES =
      Map.of("maxRestarts", new Range(0, 1_000_000), "maxSeconds", new Range(1, 86_400));

  /** The least and the most. */
  record Range(int least, int most) {}

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Wanted.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    String durability = word(request, "durability");
    return new Wanted(
        durability == null ? null : Durability.of(durability),
        word(request, "restart"),
        number(request, "maxRestarts"),
        number(request, "maxSeconds"),
        word(request, "onCrash"));
  }

  private static @Nullable String word(NativeWebRequest request, String name) {
    String word = request.getParameter(name);
    List<String> words = Objects.requireNonNull(WORDS.get(name));
    if (word != null && !words.contains(word)) {
      throw new Malformed(
          name, "must be " + String.join(", ", words).replaceFirst(", ([a-z]+)$", " or $1"));
    }
    return word;
  }

  private static @Nullable Integer number(NativeWebRequest request, String name) {
    String text = request.getParameter(name);
    Range range = Objects.requireNonNull(RANGES.get(name));
    if (text == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= range.least && number <= range.most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused as one that is out of range
    }
    throw new Malformed(name, "must be a whole number from " + range.least + " to " + range.most);
  }
}
