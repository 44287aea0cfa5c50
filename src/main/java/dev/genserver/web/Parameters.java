package dev.genserver.web;

import dev.genserver.behaviour.Key;
import dev.genserver.runtime.Request;
import dev.genserver.runtime.Wanted;
import dev.genserver.wire.Durations;
import dev.genserver.wire.Wire;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;

/** Describes what stands in paths, queries and headers. */
final class Parameters {
  /** The server in examples, and what is sent to it. */
  static final String KIND = "counters";

  static final String NAME = "hits";
  static final String OPERATION = "increment";

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  /** Where a record's own Javadoc says nothing of a field of this name. */
  private static final Map<String, String> MEANING =
      Map.ofEntries(
          Map.entry("kind", "a kind of servers, such as `counters`; `GET /v1/kinds` lists them"),
          Map.entry(
              "name",
              "the server's name: 1 to 128 characters, and not a word taken below its kind"),
          Map.entry("operation", "an operation of the kind, in kebab-case"),
          Map.entry(
              "key",
              "1 to 512 characters, percent-encoded; empty, `.` and `..` segments go through `call`"),
          Map.entry("sessionId", "as the session's creation answered it"),
          Map.entry(
              Timeout.NAME,
              "how long to wait for the reply, 1ms to 10m; a whole number and its unit"),
          Map.entry("timer", "as the answer to the cast that set it named it"),
          Map.entry(
              "delay",
              "a duration: the message comes after it, or first comes after it, up to 3650d"),
          Map.entry("every", "a duration, 10ms to 3650d: the message comes again and again"),
          Map.entry("atomic", "whether the first that is not done undoes all of them"),
          Map.entry(
              HttpHeaders.IF_MATCH,
              "an `ETag` of before, or several, or `*`: do it only if it still is at that version"),
          Map.entry(
              Exchange.IDEMPOTENCY_KEY,
              "1 to 128 visible characters: a repeat under the same key gets the first answer and does"
                  + " nothing"),
          Map.entry("replies", "`all`, or `errors`: only what failed is answered, and a count"),
          Map.entry(
              "restart",
              "`permanent`, `transient` (unless it stops by itself) or `temporary` (never)"),
          Map.entry(
              "maxRestarts", "how many restarts within `maxSeconds` there may be; 3 if not given"),
          Map.entry("maxSeconds", "the window of `maxRestarts`; 5 if not given"),
          Map.entry("onCrash", "`keep`: a crash undoes its turn; `init`: the server begins anew"),
          Map.entry("reveal", "whether what is sensitive is shown; the settings must allow it"),
          Map.entry("content", "whether the messages' fields are shown, too"),
          Map.entry("wait", "how long to wait, up to 10m"),
          Map.entry("Last-Event-ID", "the id of the last event that was seen: those after it come"),
          Map.entry("prefix", "what the names start with"),
          Map.entry("limit", "how many on a page, 1 to 1,000"),
          Map.entry("cursor", "the `cursor` of the page before"),
          Map.entry(
              "durability",
              "what the server outlives: `fsync`, `os` or `memory`; without it, what its kind does"));

  private static final Map<String, String> SAMPLES =
      Map.of(
          "kind",
          KIND,
          "name",
          NAME,
          "operation",
          OPERATION,
          "key",
          "theme",
          "sessionId",
          Examples.SESSION,
          "timer",
          Examples.SESSION);

  private final Schemas schemas;

  Parameters(Schemas schemas) {
    this.schemas = schemas;
  }

  List<Parameter> of(Endpoint endpoint) {
    List<Parameter> all = new ArrayList<>();
    VARIABLE
        .matcher(endpoint.path())
        .results()
        .map(found -> inPath(endpoint, found.group(1)))
        .forEach(all::add);
    for (var parameter : endpoint.handler().getParameters()) {
      RequestHeader header = parameter.getAnnotation(RequestHeader.class);
      if (header != null) {
        all.add(inHeader(endpoint, header.value()));
      }
      RequestParam query = parameter.getAnnotation(RequestParam.class);
      if (query != null) {
        all.add(inQuery(endpoint, parameter, query));
      }
    }
    if (endpoint.takes(Wanted.class)) {
      for (RecordComponent option : Wanted.class.getRecordComponents()) {
        all.add(option(endpoint, option));
      }
    }
    if (endpoint.waits()) {
      all.add(timeout(endpoint));
    }
    inHeaders(endpoint, all);
    return all;
  }

  private void inHeaders(Endpoint endpoint, List<Parameter> all) {
    if (endpoint.takesCondition()) {
      all.add(inHeader(endpoint, HttpHeaders.IF_MATCH));
    }
    if (endpoint.isQuery()) {
      all.add(
          inHeader(endpoint, HttpHeaders.IF_NONE_MATCH)
              .description("an `ETag` of before, or several: if it still is that version, 304"));
    } else if (endpoint.takesAbsence()) {
      Parameter absence = inHeader(endpoint, HttpHeaders.IF_NONE_MATCH);
      absence.getSchema().pattern("^\\*$");
      all.add(absence.description("do it only if there is no such entry"));
    }
    if (endpoint.takesKey()) {
      Parameter key = inHeader(endpoint, Exchange.IDEMPOTENCY_KEY);
      key.getSchema().minLength(1).maxLength(Request.LONGEST_KEY);
      all.add(key);
    }
  }

  private Parameter inHeader(Endpoint endpoint, String name) {
    return described(endpoint, name).in("header").schema(schemas.of(String.class));
  }

  private Parameter inPath(Endpoint endpoint, String name) {
    Schema<?> schema = schemas.of(String.class);
    switch (name) {
      case "name" -> schema.pattern("^" + Address.NAME.pattern() + "$");
      case "key" -> schema.minLength(1).maxLength(Key.MAX_LENGTH);
      case "kind", "operation" -> schema.pattern("^[a-z][a-z0-9-]*$");
      default -> schema.minLength(1);
    }
    return described(endpoint, name)
        .in("path")
        .required(true)
        .schema(schema)
        .example(SAMPLES.getOrDefault(name, name));
  }

  private Parameter inQuery(
      Endpoint endpoint, java.lang.reflect.Parameter parameter, RequestParam query) {
    Schema<?> schema = schemas.of(parameter.getType());
    String given = query.defaultValue();
    if (!given.equals(ValueConstants.DEFAULT_NONE) && !given.isEmpty()) {
      schema.setDefault(
          parameter.getType() == String.class
              ? given
              : Wire.mapper().readValue(given, Object.class));
    }
    return described(endpoint, parameter.getName()).in("query").schema(schema);
  }

  private Parameter option(Endpoint endpoint, RecordComponent option) {
    List<String> words = WantedParameters.WORDS.get(option.getName());
    Schema<?> schema;
    if (words == null) {
      var range = Objects.requireNonNull(WantedParameters.RANGES.get(option.getName()));
      schema =
          schemas
              .of(int.class)
              .minimum(BigDecimal.valueOf(range.least()))
              .maximum(BigDecimal.valueOf(range.most()));
    } else {
      schema = schemas.ofWords(words);
    }
    return described(endpoint, option.getName()).in("query").schema(schema);
  }

  private Parameter timeout(Endpoint endpoint) {
    Schema<?> schema = schemas.of(String.class).pattern("^" + Durations.FORM + "$");
    schema.setDefault(Durations.format(Timeout.DEFAULT.limit()));
    return described(endpoint, Timeout.NAME).in("query").schema(schema);
  }

  private static Parameter described(Endpoint endpoint, String name) {
    var operation = endpoint.operation();
    String own = operation == null ? "" : Javadocs.ofComponent(operation.type(), name);
    String meaning = own.isEmpty() ? MEANING.getOrDefault(name, name) : own;
    return new Parameter().name(name).description(meaning);
  }
}
