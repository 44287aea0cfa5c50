package dev.genserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The pages of the documentation. */
final class Pages {
  private static final Path README = Path.of("README.md");

  private Pages() {}

  /** All of them, the README first. */
  static Stream<Path> all() throws IOException {
    return Stream.of(Stream.of(README), markdown(Path.of(""), 1), markdown(Path.of("docs"), 9))
        .flatMap(pages -> pages)
        .distinct();
  }

  private static Stream<Path> markdown(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    }
  }
}
