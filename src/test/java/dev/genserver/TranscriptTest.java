package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final String ID = "N_8ooS8s4vtKfkkbDHCMlg";
  private static final String REAL = "zzzzzzzzzzzzzzzzzzzzzZ";

  @Test
  void play_sameAnswer() {
    play("$ curl a\n{\"value\":1}\n$ curl b\n\n$ sh c\n", "{\"value\":1}", "\r\n");
  }

  @Test
  void play_otherAnswer() {
    fails("$ curl a\n{\"value\":1}\n", "{\"value\":2}");
    fails("$ curl a\n{\"value\":1}\n", "{\"value\":1}1");
    fails("$ curl a\n", "{}");
    fails("$ curl a\n{\"value\":1}\n$ curl b\n2\n", "{\"value\":1}", "3");
    fails("$ curl a\n[1.5]\n", "[1x5]");
  }

  @Test
  void play_ellipsis() {
    play("$ curl a\n{\"a\":…,\"b\":2}\n", "{\"a\":[1],\"b\":2}");
    fails("$ curl a\n{\"a\":…,\"b\":2}\n", "{\"a\":[1],\n\"b\":2}");
    play("$ curl a\nHTTP/1.1 201\n…\n{}\n", "HTTP/1.1 201 \r\nDate: now\r\nVary: x\r\n\r\n{}");
    fails("$ curl a\nHTTP/1.1 201\n…\n{}\n", "HTTP/1.1 200 \r\nDate: now\r\n\r\n{}");
  }

  @Test
  void play_time() {
    play("$ curl a\n\"2026-11-24T04:13:18.539Z\"\n", "\"2027-01-01T00:00:00Z\"");
    fails("$ curl a\n\"2026-11-24T04:13:18.539Z\"\n", "\"tomorrow\"");
  }

  @Test
  void play_ids() {
    List<String> asked =
        play("$ curl a\n" + ID + " " + ID + "\n$ curl x/" + ID + "\n", REAL + " " + REAL, "");

    assertThat(asked).containsExactly("curl a", "curl x/" + REAL);
    fails("$ curl a\n" + ID + "\n$ curl b\n" + ID + "\n", REAL, "y" + REAL.substring(1));
    fails("$ curl a\n" + ID + " " + ID + "\n", REAL + " y" + REAL.substring(1));
    fails("$ curl a\nunsupported-media-type\n", "unsupported-media-typo");
  }

  private static List<String> play(String block, String... answers) {
    List<String> asked = new ArrayList<>();
    Iterator<String> next = List.of(answers).iterator();
    Transcript.of("Text\n\n```console\n" + block + "```\n")
        .play(command -> {
          asked.add(command);
          return next.next();
        });
    assertThat(next).isExhausted();
    return asked;
  }

  private static void fails(String block, String... answers) {
    assertThatThrownBy(() -> play(block, answers))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("should answer");
  }
}
