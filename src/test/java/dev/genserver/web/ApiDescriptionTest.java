package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.genserver.wire.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The description of the interface is whole, true to its own schemas, and true to the service. */
@SpringBootTest
@AutoConfigureMockMvc
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiDescriptionTest {
  private static final SchemaRegistry VALIDATOR =
      SchemaRegistry.withDialect(Dialects.getOpenApi30());

  /** Kinds of other tests that hang, or refuse what they do not say. */
  private static final Set<String> UNRULY = Set.of("faulty-ones", "misbehaving");

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final String EVENTS = "text/event-stream";
  private static final String PROBLEM = "application/problem+json";

  private final MockMvcTester http;
  private final RequestMappingHandlerMapping mappings;
  private JsonNode api;

  ApiDescriptionTest(
      @Autowired MockMvcTester http,
      @Autowired @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings) {
    this.http = http;
    this.mappings = mappings;
  }

  @BeforeAll
  void read() {
    api = Wire.mapper().readTree(Script.text(http.get().uri("/v3/api-docs").exchange()));
  }

  /** One operation of the description. */
  record Described(String verb, String path, JsonNode operation) {
    @Override
    public String toString() {
      return verb + " " + path;
    }

    String type() {
      return streams() ? EVENTS : path.equals("/v1/batch") ? LINES : JSON;
    }

    boolean streams() {
      return responses().path("200").path("content").has(EVENTS);
    }

    JsonNode responses() {
      return operation.path("responses");
    }

    /** Its path, every variable being replaced by its example, but {@code name} by that given. */
    String pathTo(String name) {
      String filled = path;
      for (JsonNode parameter : operation.path("parameters")) {
        String variable = parameter.path("name").asString();
        String value = variable.equals("name") ? name : parameter.path("example").asString();
        filled = filled.replace("{" + variable + "}", value);
      }
      return filled;
    }
  }

  List<Described> operations() {
    List<Described> all = new ArrayList<>();
    api.path("paths")
        .forEachEntry((path, item) ->
            item.forEachEntry((verb, operation) ->
                all.add(new Described(verb.toUpperCase(Locale.ROOT), path, operation))));
    return all;
  }

  /** Not all that follows is to wait for the one that was suspended. */
  @AfterEach
  void resume() {
    send("POST", "/v1/counters/example/sys/resume", null);
  }

  @Test
  void operations_areThoseOfTheControllers() {
    Set<String> mapped = new TreeSet<>();
    for (var mapping : mappings.getHandlerMethods().keySet()) {
      for (String pattern : mapping.getPatternValues()) {
        if (pattern.startsWith("/v1")) {
          mapping
              .getMethodsCondition()
              .getMethods()
              .forEach(verb -> mapped.add(verb + " " + pattern.replace("{*", "{")));
        }
      }
    }
    assertThat(operations().stream().map(Described::toString))
        .hasSizeGreaterThan(30)
        .containsExactlyInAnyOrderElementsOf(mapped);
  }

  @Test
  void service_isNamed() {
    assertThat(api.path("info").path("title").asString()).isEqualTo("Genserver");
    assertThat(api.path("info").path("version").asString()).isNotBlank();
    assertThat(api.path("info").path("description").asString()).isNotBlank();
    assertThat(api.path("tags").findValuesAsString("name"))
        .contains("servers", "counters", "polls")
        .doesNotHaveDuplicates();
    assertThat(operations().stream().map(o -> o.operation.path("operationId").asString()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z][A-Za-z]+"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_isWhole(Described described) {
    JsonNode operation = described.operation;
    assertThat(operation.path("summary").asString()).isNotBlank();
    assertThat(operation.path("tags").path(0).asString())
        .isIn(api.path("tags").findValuesAsString("name"));
    for (JsonNode parameter : operation.path("parameters")) {
      assertThat(parameter.path("description").asString()).isNotBlank();
      assertThat(parameter.path("schema").path("type").asString())
          .isIn("string", "integer", "boolean");
      if (parameter.path("in").asString().equals("path")) {
        assertFits(parameter.path("example"), parameter.path("schema"));
      }
    }
    assertThat(operation.path("responses").propertyNames())
        .anyMatch(status -> status.matches("2.."));
    assertThat(described.path.contains("{name}"))
        .isEqualTo(operation.path("parameters").findValuesAsString("name").contains("name"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void examples_fitTheirSchemas(Described described) {
    JsonNode sent = described.operation.path("requestBody");
    if (!sent.isMissingNode()) {
      assertExamplesFit(sent.path("content"), described.type());
    }
    described
        .responses()
        .forEachEntry((status, response) -> {
          assertThat(response.path("description").asString()).isNotBlank();
          JsonNode content = response.path("content");
          if (Integer.parseInt(status) >= 400) {
            assertExamplesFit(content, PROBLEM);
            assertThat(content.path(PROBLEM).path("schema").path("$ref").asString())
                .endsWith("/Problem");
            examples(content.path(PROBLEM))
                .forEach((code, problem) ->
                    assertThat(problem.path("status").asString()).isEqualTo(status));
          } else if (!content.isMissingNode()) {
            assertExamplesFit(content, described.type());
          }
        });
  }

  private void assertExamplesFit(JsonNode content, String type) {
    assertThat(content.propertyNames()).containsExactly(type);
    Map<String, JsonNode> examples = examples(content.path(type));
    assertThat(examples).isNotEmpty();
    examples.values().forEach(example -> assertFits(example, content.path(type).path("schema")));
  }

  private void assertFits(JsonNode example, JsonNode schema) {
    ObjectNode whole = (ObjectNode) schema.deepCopy();
    whole.set("components", api.path("components"));
    assertThat(example.isMissingNode()).isFalse();
    assertThat(VALIDATOR.getSchema(whole).validate(example))
        .as(example + " as " + schema)
        .isEmpty();
  }

  private static Map<String, JsonNode> examples(JsonNode media) {
    Map<String, JsonNode> examples = new LinkedHashMap<>();
    if (media.has("example")) {
      examples.put("", media.path("example"));
    }
    media
        .path("examples")
        .forEachEntry((name, example) -> examples.put(name, example.path("value")));
    return examples;
  }

  /** What the examples say can be sent: none is malformed, and the answer is one that is told. */
  @ParameterizedTest
  @MethodSource("operations")
  void examples_areUnderstood(Described described) {
    JsonNode content =
        described.operation.path("requestBody").path("content").path(described.type());
    Map<String, JsonNode> bodies = examples(content);
    if (bodies.isEmpty() && !described.streams()) {
      String briefly = described.path.endsWith("/down") ? "?wait=1ms" : "";
      assertTold(described, send(described.verb, described.pathTo("example") + briefly, null));
    }
    bodies.forEach((name, body) -> {
      if (UNRULY.stream().noneMatch(name::startsWith)) {
        MvcTestResult result =
            request(described.verb, named(described.pathTo("example"), name), body.toString())
                .contentType(described.type())
                .exchange();
        assertThat(result.getResponse().getStatus())
            .as(body + " " + Script.text(result))
            .isNotEqualTo(400);
        assertTold(described, result);
      }
    });
  }

  /** The path of an example that is called after a kind, or one and its operation. */
  private static String named(String path, String name) {
    if (name.isEmpty()) {
      return path;
    }
    String[] kindAndOperation = name.split("/", 2);
    String ofKind = path.replace("/counters", "/" + kindAndOperation[0]);
    return kindAndOperation.length == 1
        ? ofKind
        : ofKind.replaceFirst("increment$", kindAndOperation[1]);
  }

  /** What any request may do wrong is answered as the description says, code and status. */
  @ParameterizedTest
  @MethodSource("operations")
  void commonFailures_areAnswered(Described described) {
    String path = described.pathTo("nobody");
    String verb = described.verb;
    var foreign = request(verb, path, null).header("Origin", "https://evil.example").exchange();
    assertCode(described, foreign, 403, "forbidden-origin");
    var picky = request(verb, path, null).header("Accept", "text/html").exchange();
    assertCode(described, picky, 406, "not-acceptable");
    if (described.path.contains("{name}")) {
      String code = described.path.contains("{kind}") && verb.equals("PUT") ? null : "no-server";
      if (verb.equals("GET") || verb.equals("DELETE")) {
        assertCode(described, send(verb, path, null), 404, code);
      }
      assertCode(described, send(verb, described.pathTo("a+b"), "{}"), 400, "malformed");
    }
    if (described.path.contains("{kind}")) {
      String unknown = path.replace("/counters", "/nothing");
      JsonNode body = described.operation.path("requestBody");
      String sent =
          body.path("required").asBoolean(false)
              ? body.path("content").path(JSON).path("example").toString()
              : null;
      assertCode(described, send(verb, unknown, sent), 404, "unknown-kind");
    }
    if (described.responses().has("415")) {
      if (described.type().equals(JSON)) { // of lines each is refused for itself
        String tooMuch = "\"" + "x".repeat(2 << 20) + "\"";
        assertCode(described, send(verb, path, tooMuch), 413, "too-large");
      }
      var form = request(verb, path, "a=1").header("Content-Type", "text/plain").exchange();
      assertCode(described, form, 415, "unsupported-media-type");
    }
  }

  @Test
  void page_isServed() {
    assertThat(http.get().uri("/swagger-ui.html")).hasStatus3xxRedirection();
    assertThat(http.get().uri("/swagger-ui/index.html")).hasStatusOk();
  }

  private MvcTestResult send(String verb, String path, String body) {
    var request = request(verb, path, body);
    return body == null ? request.exchange() : request.contentType(JSON).exchange();
  }

  private MockMvcTester.MockMvcRequestBuilder request(String verb, String path, String body) {
    var request = http.method(HttpMethod.valueOf(verb)).uri(URI.create(path));
    return body == null ? request : request.content(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertCode(
      Described described, MvcTestResult result, int status, String code) {
    assertThat(result).as(code).hasStatus(status);
    assertThat(Script.body(result).get("code")).isEqualTo(code);
    assertTold(described, result);
  }

  private static void assertTold(Described described, MvcTestResult result) {
    String status = String.valueOf(result.getResponse().getStatus());
    assertThat(described.responses().propertyNames()).contains(status);
    if (result.getResponse().getStatus() >= 400) {
      JsonNode media = described.responses().path(status).path("content").path(PROBLEM);
      assertThat(examples(media).values().stream().map(p -> p.path("code").asString()))
          .contains((String) Script.body(result).get("code"));
    }
  }
}
