package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/** What is read of a request's head, and what is said in that of its answer. */
interface Head {
  String method();

  /** The path as it was sent. */
  String path();

  @Nullable String header(String name);

  /** Says this in the answer. */
  void answer(String header, String value);

  static Head of(HttpServletRequest request, HttpServletResponse response) {
    return new Head() {
      @Override
      public String method() {
        return request.getMethod();
      }

      @Override
      public String path() {
        return request.getRequestURI();
      }

      @Override
      public @Nullable String header(String name) {
        return request.getHeader(name);
      }

      @Override
      public void answer(String header, String value) {
        response.setHeader(header, value);
      }
    };
  }
}
