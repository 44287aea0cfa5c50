package dev.genserver.web;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The controllers' methods by method and path: a tree with a level for each segment of the path. As
 * in Spring MVC, a word goes before a variable, and a variable before the rest of the path.
 */
final class Routes {
  private final Map<String, Routes> words = new HashMap<>();
  private final Map<String, Route> here = new HashMap<>();
  private final Map<String, Route> withRest = new HashMap<>();
  private @Nullable Routes variable;

  void add(Route route) {
    Routes at = this;
    for (String segment : split(route.pattern())) {
      if (segment.startsWith("{*")) {
        at.withRest.put(route.httpMethod(), route);
        return;
      }
      at = segment.startsWith("{") ? at.variable() : at.word(segment);
    }
    at.here.put(route.httpMethod(), route);
  }

  /** The route that Spring MVC would take, or null if there is none. */
  @Nullable Route find(String method, String[] path) {
    return find(method, path, 0);
  }

  private @Nullable Route find(String method, String[] path, int depth) {
    if (depth == path.length) {
      return here.get(method);
    }
    Routes word = words.get(path[depth]);
    Route found = word == null ? null : word.find(method, path, depth + 1);
    if (found == null && variable != null) {
      found = variable.find(method, path, depth + 1);
    }
    return found == null ? withRest.get(method) : found;
  }

  /** The segments of a path that begins with a slash. */
  static String[] split(String path) {
    int segments = 0;
    for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
      segments++;
    }
    String[] split = new String[segments];
    int begin = 1;
    for (int i = 0; i < segments; i++) {
      int slash = path.indexOf('/', begin);
      int end = slash < 0 ? path.length() : slash;
      split[i] = path.substring(begin, end);
      begin = end + 1;
    }
    return split;
  }

  private Routes variable() {
    if (variable == null) {
      variable = new Routes();
    }
    return variable;
  }

  private Routes word(String segment) {
    return words.computeIfAbsent(segment, s -> new Routes());
  }
}
