package dev.genserver;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  static Stream<Path> pages() throws IOException {
    return Pages.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadSomewhere(Path page) throws IOException {
    assertThat(LINK.matcher(Files.readString(page)).results().map(MatchResult::group).toList())
        .allSatisfy(link -> {
          String target = LINK.matcher(link).replaceFirst("$1");
          assertThat(page.toAbsolutePath().resolveSibling(target)).exists();
        });
  }

  /** Java that a page shows stands in the sources, word for word but for how far it is indented. */
  @ParameterizedTest
  @MethodSource("pages")
  void java_isOurs(Path page) throws IOException {
    List<String> sources = sources();
    assertThat(JAVA.matcher(Files.readString(page)).results().map(block -> block.group(1)).toList())
        .allSatisfy(block -> assertThat(sources).anyMatch(source -> source.contains(flat(block))));
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      return java.stream().map(PagesTest::read).map(PagesTest::flat).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String flat(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(joining("\n"));
  }
}
