package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.wire.Wire;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What only a real connection shows: the web server's own refusals, and paths as they are sent. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class HttpTest {
  private final RawHttp http;

  HttpTest(@LocalServerPort int port) {
    this.http = new RawHttp(port);
  }

  // Refusals. \n stands for the end of a line, and each head gets a Host and ends the connection.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          garbage                                                | 400
          GET                                                    | 400
          GET /v1/kinds HTTP/9.9                                 | 505
          GET /v1/kinds HTTP/1.1\\nHost: other                   | 400
          GET /v1/kinds HTTP/1.1\\nX y: z                        | 400
          GET /v1/kinds HTTP/1.1\\nnocolon                       | 400
          GET /v1/kinds HTTP/1.1\\nX: a\\0b                      | 400
          GET /v1/counters/%zz HTTP/1.1                          | 400
          GET /v1/counters/% HTTP/1.1                            | 400
          GET /v1/kv-stores/h/entries/%z1 HTTP/1.1               | 400
          GET /v1/kv-stores/h/entries/a% HTTP/1.1                | 400
          GET /v1/kv-stores/h/entries/%ff HTTP/1.1               | 400
          GET /v1/kv-stores/h/entries/%00 HTTP/1.1               | 400
          GET /v1/kv-stores/h/entries/%ed%a0%80 HTTP/1.1         | 400
          GET /v1/kv-stores/h/entries/\\xe9 HTTP/1.1             | 400
          GET /v1/kv-stores/h/entries/a#b HTTP/1.1               | 400
          GET /v1/kv-stores/h/entries/../x HTTP/1.1              | 400
          GET /../../etc/passwd HTTP/1.1                         | 400
          GET /v1/counters/.. HTTP/1.1                           | 400
          GET /v1/counters/%2e HTTP/1.1                          | 400
          GET /v1/counters;a=b HTTP/1.1                          | 400
          GET /v1/counters/h/value;jsessionid=1 HTTP/1.1         | 400
          GET /v1/counters?prefix=%zz HTTP/1.1                   | 400
          GET /v1/counters?prefix=%ff HTTP/1.1                   | 400
          GET /v1/counters/h/value?timeout=% HTTP/1.1            | 400
          GET //v1/counters HTTP/1.1                             | 404
          GET /v1/counters/ HTTP/1.1                             | 404
          GET /v1/counters/../kinds/counters HTTP/1.1            | 404
          GET /error HTTP/1.1                                    | 404
          GET /favicon.ico HTTP/1.1                              | 404
          GET /swagger-ui/nothing HTTP/1.1                       | 404
          GET /actuator/env HTTP/1.1                             | 404
          POST /actuator/health HTTP/1.1                         | 405
          TRACE /v1/counters HTTP/1.1                            | 405
          FOO /v1/counters HTTP/1.1                              | 405
          F(O /v1/counters HTTP/1.1                              | 400
          CONNECT x:80 HTTP/1.1                                  | 400
          POST /v1/counters/h/increment HTTP/1.1\\nContent-Length: x                              | 400
          POST /v1/counters/h/increment HTTP/1.1\\nContent-Length: -1                             | 400
          POST /v1/counters/h/increment HTTP/1.1\\nContent-Length: 1\\nContent-Length: 2          | 400
          POST /v1/counters/h/increment HTTP/1.1\\nTransfer-Encoding: foo                         | 400
          POST /v1/counters/h/increment HTTP/1.1\\nExpect: miracles                               | 417
          POST /v1/counters/h/increment HTTP/1.1\\nContent-Type: ///\\nContent-Length: 1          | 415
          POST /v1/counters/h/increment HTTP/1.1\\nAccept: ///                                    | 406
          POST /v1/counters/h/increment HTTP/1.1\\nAccept: text/html                              | 406
          POST /v1/counters/h/increment HTTP/1.1\\nOrigin: http://elsewhere                       | 403
          POST /v1/counters/h/increment HTTP/1.1\\nOrigin: null                                   | 403
          POST /v1/counters/h/increment HTTP/1.1\\nOrigin: ::::                                   | 403
          OPTIONS /v1/counters/h HTTP/1.1\\nOrigin: http://e\\nAccess-Control-Request-Method: PUT | 403
          """)
  void request_refused(String head, int status) throws IOException {
    assertProblem(http.send(request(unescape(head), "")), status);
    assertThat(http.send(request("GET /v1/counters/h HTTP/1.1", "")).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"20000,0,414", "0,20000,431"})
  void head_tooLong(int path, int header, int status) throws IOException {
    assertProblem(
        http.send(
            request(
                "GET /v1/counters/" + "x".repeat(path) + " HTTP/1.1\nX: " + "y".repeat(header),
                "")),
        status);
  }

  @Test
  void host_missing() throws IOException {
    assertProblem(http.send("GET /v1/kinds HTTP/1.1\r\nConnection: close\r\n\r\n"), 400);
  }

  // Bodies.

  @Test
  void body_chunkedOfValidJsonTooLarge() throws IOException {
    String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
    RawHttp.Answer answer =
        http.send(
            request(
                "POST /v1/stacks/big/push HTTP/1.1\nTransfer-Encoding: chunked\n"
                    + "Content-Type: application/json",
                "9\r\n{\"item\":\"\r\n" + chunk.repeat(16) + "2\r\n\"}\r\n0\r\n\r\n"));
    assertProblem(answer, 413);
    assertThat(http.send(request("GET /v1/stacks/big HTTP/1.1", "")).status()).isEqualTo(404);
  }

  @Test
  void body_chunked() throws IOException {
    RawHttp.Answer answer =
        http.send(
            request(
                "POST /v1/counters/chunked/increment HTTP/1.1\nTransfer-Encoding: chunked\n"
                    + "Content-Type: application/json",
                "3\r\n{\"b\r\n6\r\ny\": 5}\r\n0\r\n\r\n"));
    assertThat(answer.body()).isEqualTo("{\"value\":5}");
  }

  @Test
  void body_badChunk() throws IOException {
    assertProblem(
        http.send(
            request(
                "POST /v1/counters/chunk/increment HTTP/1.1\nTransfer-Encoding: chunked\n"
                    + "Content-Type: application/json",
                "zz\r\n{}\r\n0\r\n\r\n")),
        400);
  }

  @Test
  void body_announcedAndTooLargeIsNotAskedFor() throws IOException {
    RawHttp.Answer answer =
        http.send(
            request(
                "POST /v1/stacks/big/push HTTP/1.1\nContent-Length: 99999999\n"
                    + "Expect: 100-continue\nContent-Type: application/json",
                ""));
    assertProblem(answer, 413);
    assertThat(answer.interim()).isFalse();
  }

  @Test
  void body_announcedIsAskedFor() throws IOException {
    RawHttp.Answer answer =
        http.send(
            request(
                "POST /v1/counters/expect/increment HTTP/1.1\nContent-Length: 2\n"
                    + "Expect: 100-continue\nContent-Type: application/json",
                "{}"));
    assertThat(answer.interim()).isTrue();
    assertThat(answer.body()).isEqualTo("{\"value\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "application/yaml",
    "application/cbor"
  })
  void body_notJson(String type) throws IOException {
    for (String path : new String[] {"increment", "reset", "call/increment", "cast/increment"}) {
      assertProblem(
          http.send(
              request(
                  "POST /v1/counters/media/%s HTTP/1.1\nContent-Length: 6\nContent-Type: %s"
                      .formatted(path, type),
                  "a=%zz&")),
          415);
    }
  }

  @Test
  void body_emptyForm() throws IOException {
    for (String path : new String[] {"increment", "reset", "call/increment", "cast/increment"}) {
      RawHttp.Answer answer =
          http.send(
              request(
                  "POST /v1/counters/curl/%s HTTP/1.1\nContent-Length: 0\n".formatted(path)
                      + "Content-Type: application/x-www-form-urlencoded",
                  ""));
      assertThat(answer.status()).as(path).isBetween(200, 202);
    }
  }

  @Test
  void body_invalidUtf8() throws IOException {
    assertProblem(
        http.send(
            request(
                "POST /v1/stacks/utf/push HTTP/1.1\nContent-Length: 12\n"
                    + "Content-Type: application/json",
                "{\"item\":\"\u00ff\"}")),
        400);
  }

  // What may be asked for.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          */*
          application/*
          application/json
          application/json;charset=utf-8
          text/html, application/json;q=0.1
          text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
          application/problem+json, application/json
          """)
  void accept_json(String accept) throws IOException {
    RawHttp.Answer answer =
        http.send(request("GET /v1/kinds/counters HTTP/1.1\nAccept: " + accept, ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().get("content-type")).startsWith("application/json");
    assertProblem(http.send(request("GET /v1/kinds/nothing HTTP/1.1\nAccept: " + accept, "")), 404);
  }

  @Test
  void head_likeGet() throws IOException {
    RawHttp.Answer found = http.send(request("HEAD /v1/kinds/counters HTTP/1.1", ""));
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.headers()).containsEntry("content-type", "application/json");
    RawHttp.Answer missing = http.send(request("HEAD /v1/kinds/nothing HTTP/1.1", ""));
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.headers()).containsEntry("content-type", "application/problem+json");
  }

  @Test
  void options_allow() throws IOException {
    RawHttp.Answer answer = http.send(request("OPTIONS /v1/counters/c HTTP/1.1", ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().get("allow").split(",\\s*"))
        .containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
  }

  @Test
  void origin_same() throws IOException {
    RawHttp.Answer answer =
        http.send(
            request("POST /v1/counters/origin/increment HTTP/1.1\nOrigin: http://127.0.0.1", ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
  }

  // Keys.

  @Test
  void key_everyPrintableCharacter() throws IOException {
    String plain =
        IntStream.rangeClosed('!', '~')
            .filter(c -> "%?#".indexOf(c) < 0)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    String all =
        IntStream.rangeClosed(' ', '~')
            .mapToObj(Character::toString)
            .collect(Collectors.joining("", "", "\u007f\n\té漢\uD83D\uDE00"));
    assertKey(plain, plain);
    assertKey(encode(all), all);
    assertKey(escape(all), all);
  }

  @Test
  void key_eachPrintableCharacter() throws IOException {
    for (char c = ' '; c <= '~'; c++) {
      String key = "a" + c + "b";
      assertKey("a%%%02xb".formatted((int) c), key);
      if (" %?#".indexOf(c) < 0) {
        assertKey(key, key);
      }
    }
  }

  @Test
  void key_withSlashes() throws IOException {
    assertKey("users/1/theme", "users/1/theme");
    assertKey("users%2F1%2ftheme", "users/1/theme");
    assertKey("call/get;x=y", "call/get;x=y");
    assertKey(".../..a/.b", ".../..a/.b");
    assertKey("a+b", "a+b");
  }

  @Test
  void key_longest() throws IOException {
    assertKey("k".repeat(512), "k".repeat(512));
    assertKey(escape("k".repeat(512)), "k".repeat(512));
    assertKey(escape("\uD83D\uDE00".repeat(512)), "\uD83D\uDE00".repeat(512));
    assertProblem(http.send(put("k".repeat(513))), 400);
    assertProblem(http.send(put(escape("\uD83D\uDE00".repeat(513)))), 400);
  }

  /** The key in the path is the key of the generic verb. */
  private void assertKey(String path, String key) throws IOException {
    assertThat(http.send(put(path)).status()).as(path).isEqualTo(202);
    String body = Wire.mapper().writeValueAsString(Map.of("key", key));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    RawHttp.Answer generic =
        http.send(
            request(
                "POST /v1/kv-stores/keys/call/delete HTTP/1.1\nContent-Length: "
                    + bytes.length
                    + "\nContent-Type: application/json",
                new String(bytes, StandardCharsets.ISO_8859_1)));
    assertThat(generic.body()).as(path).isEqualTo("{\"value\":1}");
  }

  private static String put(String path) {
    return request(
        "PUT /v1/kv-stores/keys/entries/%s HTTP/1.1\nContent-Length: 11\n".formatted(path)
            + "Content-Type: application/json",
        "{\"value\":1}");
  }

  private static String encode(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String escape(String key) {
    return HexFormat.of().withPrefix("%").formatHex(key.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertProblem(RawHttp.Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    Map<?, ?> problem = Wire.mapper().readValue(answer.body(), Map.class);
    assertThat(problem.get("status")).isEqualTo(status);
    assertThat((String) problem.get("type")).endsWith(":" + problem.get("code"));
    assertThat(answer.body())
        .doesNotContain("<", "\\n", "Exception", "java.", "org.", "genserver.web");
  }

  private static String unescape(String head) {
    return head.replace("\\n", "\n").replace("\\0", "\0").replace("\\xe9", "\u00e9");
  }

  private static String request(String head, String body) {
    return (head + "\nHost: 127.0.0.1\nConnection: close\n\n").replace("\n", "\r\n") + body;
  }
}
