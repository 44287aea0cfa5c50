package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Types the curl lines of the README into a fresh process, then those of the other pages, and
 * compares the answers with those in the text; see {@link Transcript} for what must be the same.
 */
class ReadmeIT {
  private static GenserverProcess genserver;

  @BeforeAll
  static void start() throws Exception {
    genserver = GenserverProcess.start();
  }

  @AfterAll
  static void stop() {
    genserver.close();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void answers_asWritten(Path page) throws IOException {
    Transcript.of(page).play(ReadmeIT::run);
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Pages.all()) {
      List<Path> withCommands = pages.filter(page -> !transcript(page).isEmpty()).toList();
      assertThat(withCommands).startsWith(Path.of("README.md"));
      return withCommands;
    }
  }

  private static Transcript transcript(Path page) {
    try {
      return Transcript.of(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(String command) {
    assertThat(command).contains("localhost:8080");
    String typed =
        command
            .replace("localhost:8080", genserver.uri("").getAuthority())
            .replaceFirst("^curl", "curl -sS --max-time 20");
    try {
      Process shell = new ProcessBuilder("sh", "-c", typed).redirectErrorStream(true).start();
      shell.getOutputStream().close();
      return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
