package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.wire.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.servlet.HandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Requests and the answers they must get, one a line: {@code METHOD path body -> status answer}.
 *
 * <p>The answer is nothing for an empty body, a JSON value that the body must equal, one behind a
 * {@code ~} that it must contain, {@code *} for any, or the code of a problem and the beginning of
 * its detail. A problem's other members are checked too: they follow from the status and the path.
 */
final class Script {
  private static final Pattern LINE =
      Pattern.compile(
          "(?<method>[A-Z]+) +(?<path>\\S+)(?: +(?<body>.*?))? +-> (?<status>\\d+) *(?<answer>.*)");
  private static final Pattern SERVER =
      Pattern.compile("/v1/([a-z-]+/[A-Za-z0-9._~:@-]{1,128})(?:[/?].*)?");

  private static final String TAKEN = "call|cast|batch|timers|events|down|sys|multi-call|abcast";

  private final MockMvcTester http;
  private @Nullable JsonNode api;

  Script(MockMvcTester http) {
    this.http = http;
  }

  void play(String script) {
    script.lines().filter(line -> !line.isBlank()).forEach(this::playLine);
  }

  private void playLine(String line) {
    Matcher said = LINE.matcher(line.strip());
    assertThat(said.matches()).as(line).isTrue();
    MvcTestResult result = send(said.group("method"), said.group("path"), said.group("body"));
    String answer = said.group("answer");
    assertThat(result).as(line).hasStatus(Integer.parseInt(said.group("status")));
    assertTold(line, result);
    if (result.getResponse().getStatus() >= 400) {
      String[] codeAndDetail = answer.split(" ", 2);
      assertProblem(result, codeAndDetail[0], serverIn(said.group("path")), Map.of());
      assertThat(result)
          .bodyJson()
          .extractingPath("$.detail")
          .asString()
          .startsWith(codeAndDetail.length > 1 ? codeAndDetail[1] : "");
    } else if (answer.equals("*")) {
      return;
    } else if (answer.isEmpty()) {
      assertThat(result).as(line).body().isEmpty();
    } else if (answer.startsWith("~")) {
      assertThat(result).bodyJson().isEqualTo(answer.substring(1), JsonCompareMode.LENIENT);
    } else {
      assertThat(result).hasContentType(MediaType.APPLICATION_JSON);
      assertThat(result).bodyJson().isEqualTo(answer, JsonCompareMode.STRICT);
    }
  }

  /** The description of the interface has this status, as far as there is such an operation. */
  private void assertTold(String line, MvcTestResult result) {
    var request = result.getRequest();
    if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String path
        && path.startsWith("/v1/")) {
      assertThat(
              api()
                  .path("paths")
                  .path(path.replace("{*", "{"))
                  .path(request.getMethod().toLowerCase(Locale.ROOT))
                  .path("responses")
                  .propertyNames())
          .as(line)
          .contains(String.valueOf(result.getResponse().getStatus()));
    }
  }

  private JsonNode api() {
    if (api == null) {
      api = Wire.mapper().readTree(text(send("GET", "/v3/api-docs", null)));
    }
    return api;
  }

  MvcTestResult send(String method, String path, String body) {
    var request = http.method(HttpMethod.valueOf(method)).uri(URI.create(path));
    return body == null
        ? request.exchange()
        : request.contentType(MediaType.APPLICATION_JSON).content(body).exchange();
  }

  /** Waits until the status of the server at {@code path} says so. */
  void await(String path, String member, Object wanted) {
    Awaitility.await().until(() -> wanted.equals(body(send("GET", path, null)).get(member)));
  }

  /** Asserts all members of a problem: those given, and those that follow from the status. */
  static void assertProblem(
      MvcTestResult result, String code, @Nullable String server, Map<String, ?> extras) {
    int status = result.getResponse().getStatus();
    Map<String, Object> expected = new HashMap<>();
    expected.put("type", "urn:genserver:problem:" + code);
    expected.put("title", HttpStatus.valueOf(status).getReasonPhrase());
    expected.put("status", status);
    expected.put("code", code);
    expected.put("retryable", status == 503);
    if (server != null) {
      expected.put("server", server);
    }
    expected.putAll(extras);
    assertThat(result).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    assertThat(result)
        .bodyJson()
        .extractingPath("$")
        .asMap()
        .satisfies(members -> assertThat(members.remove("detail")).asString().isNotBlank())
        .isEqualTo(expected);
    String retryAfter = result.getResponse().getHeader("Retry-After");
    if (code.equals("restarting")) {
      assertThat(retryAfter).matches("[1-9]\\d*");
    } else {
      assertThat(retryAfter).isEqualTo(status == 503 ? "1" : null);
    }
  }

  static Map<?, ?> body(MvcTestResult result) {
    return Wire.mapper().readValue(text(result), Map.class);
  }

  static String text(MvcTestResult result) {
    return new String(result.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
  }

  /** The server that a problem of a request to this path is about. */
  static @Nullable String serverIn(String path) {
    Matcher server = SERVER.matcher(path);
    return server.matches() && !server.group(1).matches("kinds/.*|.*/(" + TAKEN + ")")
        ? server.group(1)
        : null;
  }
}
