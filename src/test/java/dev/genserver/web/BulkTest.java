package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Misbehaving;
import dev.genserver.wire.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Lines in, lines out: over a real connection, for how they flow is the point. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "genserver.max-body=10KB")
class BulkTest {
  private final int port;
  private final RawHttp http;

  BulkTest(@LocalServerPort int port) {
    this.port = port;
    this.http = new RawHttp(port);
  }

  private RawHttp.Answer post(String query, String body) throws IOException {
    return http.send(
        "POST /v1/batch%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                .formatted(query)
            + "Content-Length: %d\r\n\r\n%s"
                .formatted(body.getBytes(StandardCharsets.UTF_8).length, body));
  }

  /** The reply lines by their ids. */
  private Map<String, JsonNode> replies(String body) throws IOException {
    RawHttp.Answer answer = post("", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().get("content-type")).startsWith("application/x-ndjson");
    Map<String, JsonNode> replies = new HashMap<>();
    answer
        .body()
        .lines()
        .map(line -> Wire.mapper().readTree(line))
        .forEach(line -> replies.put(line.get("id").toString().replace("\"", ""), line));
    return replies;
  }

  private static String line(String name, String operation, String more) {
    return "{\"kind\":\"counters\",\"name\":\"%s\",\"operation\":\"%s\"%s}\n"
        .formatted(name, operation, more);
  }

  @Test
  void lines_eachForItself() throws IOException {
    Map<String, JsonNode> replies =
        replies(
            line("each", "increment", ",\"arguments\":{\"by\":3}")
                + line("each", "increment", ",\"id\":\"mine\",\"idempotencyKey\":\"k\"")
                + line("each", "value", ",\"id\":{\"n\":1}")
                + "\r\n"
                + line("each", "reset", ",\"cast\":true")
                + line("each", "fly", "")
                + line("each/x", "value", "")
                + line("each", "increment", ",\"arguments\":{\"by\":true}")
                + "{\"kind\":\"nothing\",\"name\":\"a\",\"operation\":\"value\"}\n"
                + "[]\n"
                + line("each", "value", ",\"wrong\":1")
                + line("each", "value", ",\"idempotencyKey\":\"" + "k".repeat(129) + "\"")
                + "{\"kind\":\"stacks\",\"name\":\"each\",\"operation\":\"pop\"}\n"
                + line("each", "value", "").strip());
    assertThat(replies.get("1").get("body").toString()).isEqualTo("{\"value\":3}");
    assertThat(replies.get("mine").get("body").toString()).isEqualTo("{\"value\":4}");
    assertThat(replies.get("{n:1}").toString())
        .isEqualTo("{\"id\":{\"n\":1},\"status\":200,\"body\":{\"value\":4}}");
    assertThat(replies.get("5").toString()).isEqualTo("{\"id\":5,\"status\":202}");
    assertThat(code(replies.get("6"))).isEqualTo("404 unknown-operation");
    assertThat(code(replies.get("7"))).isEqualTo("400 malformed");
    assertThat(code(replies.get("8"))).isEqualTo("400 malformed");
    assertThat(code(replies.get("9"))).isEqualTo("404 unknown-kind");
    assertThat(code(replies.get("10"))).isEqualTo("400 malformed");
    assertThat(code(replies.get("11"))).isEqualTo("400 malformed");
    assertThat(code(replies.get("12"))).isEqualTo("400 malformed");
    assertThat(code(replies.get("13"))).isEqualTo("409 empty");
    assertThat(replies.get("14").get("body").toString()).isEqualTo("{\"value\":0}");
    assertThat(post("", line("each", "increment", ",\"idempotencyKey\":\"k\"")).body().strip())
        .isEqualTo("{\"id\":1,\"status\":200,\"body\":{\"value\":4},\"replayed\":true}");
  }

  private static String code(JsonNode reply) {
    return reply.get("status").asInt() + " " + reply.get("body").get("code").asString();
  }

  @Test
  void errors_alone() throws IOException {
    String body = line("errors", "increment", "").repeat(5) + line("errors", "fly", "");
    List<String> lines = post("?replies=errors", body).body().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).startsWith("{\"id\":6,\"status\":404");
    assertThat(lines.getLast()).isEqualTo("{\"done\":5,\"failed\":1}");
  }

  @Test
  void request_refused() throws IOException {
    assertThat(post("?replies=some", "").status()).isEqualTo(400);
    assertThat(post("?timeout=0s", "").status()).isEqualTo(400);
    assertThat(post("", "").body()).isEmpty();
    assertThat(
            http.send(
                    "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 2\r\nConnection: close\r\n\r\n{}")
                .status())
        .isEqualTo(415);
  }

  @Test
  void line_tooLong() throws IOException {
    String value = "x".repeat(10_000);
    String put =
        "{\"kind\":\"kv-stores\",\"name\":\"long\",\"operation\":\"put\","
            + "\"arguments\":{\"key\":\"a\",\"value\":\"%s\"}}\n";
    Map<String, JsonNode> replies =
        replies(
            put.formatted(value)
                + put.formatted(value.repeat(20))
                + put.formatted("short")
                + put.formatted(value.repeat(2)).strip());
    assertThat(replies.get("1").get("status").asInt()).isEqualTo(200);
    assertThat(code(replies.get("2"))).isEqualTo("413 too-large");
    assertThat(replies.get("3").get("status").asInt()).isEqualTo(200);
    assertThat(code(replies.get("4"))).isEqualTo("413 too-large");
  }

  @Test
  void linesToOneServer_keepTheirOrder() throws IOException {
    String body =
        IntStream.range(0, 3000)
            .mapToObj(i -> line("order" + i % 3, "increment", ""))
            .collect(Collectors.joining());
    Map<String, JsonNode> replies = replies(body);
    assertThat(replies).hasSize(3000);
    replies.forEach((id, reply) ->
        assertThat(reply.get("body").get("value").asInt())
            .isEqualTo((Integer.parseInt(id) - 1) / 3 + 1));
  }

  /** A connection on which lines are sent and read at the same time. */
  private final class Conversation implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    private final OutputStream out = socket.getOutputStream();
    private final BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

    Conversation(String query) throws IOException {
      this(query, "");
    }

    Conversation(String query, String header) throws IOException {
      socket.setSoTimeout(30_000);
      out.write(
          ("POST /v1/batch"
                  + query
                  + " HTTP/1.1\r\nHost: x\r\n"
                  + header
                  + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
    }

    void send(String line) throws IOException {
      out.write("%x\r\n%s\r\n".formatted(line.length(), line).getBytes(StandardCharsets.UTF_8));
    }

    void end() throws IOException {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    }

    /** The next line of the answer that is a reply. */
    JsonNode read() throws IOException {
      String line = in.readLine();
      while (line != null && !line.startsWith("{")) {
        line = in.readLine();
      }
      return Wire.mapper().readTree(line);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void replies_flowWhileLinesArrive() throws IOException {
    try (Conversation talk = new Conversation("")) {
      for (int i = 1; i <= 3; i++) {
        talk.send(line("flow", "increment", ""));
        assertThat(talk.read().get("body").get("value").asInt()).isEqualTo(i);
      }
      talk.end();
    }
  }

  @Test
  void client_thatWaitsToBeAskedForTheBody_isAsked() throws IOException {
    for (int i = 1; i <= 20; i++) {
      try (Conversation talk = new Conversation("", "Expect: 100-continue\r\n")) {
        assertThat(talk.in.readLine()).startsWith("HTTP/1.1 100");
        talk.send(line("asked", "increment", ""));
        assertThat(talk.read().get("body").get("value").asInt()).isEqualTo(i);
        talk.end();
      }
    }
  }

  @Test
  void server_hangs_othersGoOn() throws IOException {
    Misbehaving.holdUp("bulk");
    try (Conversation talk = new Conversation("?timeout=100ms")) {
      talk.send("{\"kind\":\"misbehaving\",\"name\":\"bulk\",\"operation\":\"hang\"}\n");
      talk.send("{\"kind\":\"misbehaving\",\"name\":\"bulk\",\"operation\":\"hang\"}\n");
      talk.send(line("others", "increment", ""));
      assertThat(talk.read().get("id").asInt()).isEqualTo(3);
      List<String> timeouts = new ArrayList<>();
      timeouts.add(timeout(talk.read()));
      timeouts.add(timeout(talk.read()));
      assertThat(timeouts).containsExactlyInAnyOrder("1 504 true", "2 504 false");
      talk.send(line("others", "increment", ""));
      assertThat(talk.read().get("body").get("value").asInt()).isEqualTo(2);
      talk.end();
    } finally {
      Misbehaving.release("bulk");
    }
  }

  private static String timeout(JsonNode reply) {
    return "%s %s %s"
        .formatted(
            reply.get("id").asInt(),
            reply.get("status").asInt(),
            reply.get("body").get("started").asBoolean());
  }

  /** A client that does not read is not read from any more, and loses nothing. */
  @Test
  @SuppressWarnings("ThreadPriorityCheck")
  void client_readsLate() throws IOException {
    int lines = 300_000;
    ByteBuffer request =
        ByteBuffer.wrap(
            ("POST /v1/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + "Content-Type: application/x-ndjson\r\nContent-Length: "
                    + line("late", "increment", "").length() * lines
                    + "\r\n\r\n"
                    + line("late", "increment", "").repeat(lines))
                .getBytes(StandardCharsets.UTF_8));
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      channel.configureBlocking(false);
      for (int inVain = 0; inVain < 20_000 && request.hasRemaining(); ) {
        inVain = channel.write(request) == 0 ? inVain + 1 : 0;
        Thread.yield();
      }
      assertThat(request.hasRemaining()).as("whether it was held up").isTrue();
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      int replies = 0;
      while (channel.read(answer) >= 0) {
        answer.flip();
        while (answer.hasRemaining()) {
          replies += answer.get() == '}' ? 1 : 0;
        }
        answer.clear();
        if (request.hasRemaining()) {
          channel.write(request);
        }
      }
      assertThat(replies).isEqualTo(lines * 2);
    }
  }
}
