package dev.genserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged jar as a process of its own, on a free port, under the JDK that runs the test. */
final class GenserverProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Ready on port (\\d+)");
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  private GenserverProcess(Process process) {
    this.process = process;
  }

  /** Returns once the process says that it is ready. */
  static GenserverProcess start(String... arguments) throws IOException, InterruptedException {
    return startUnder(List.of(), arguments);
  }

  /** The same, as a command that is given to another: one that becomes it, and keeps its id. */
  static GenserverProcess startUnder(List<String> other, String... arguments)
      throws IOException, InterruptedException {
    return launch(other, List.of("-jar", System.getProperty("genserver.jar")), arguments);
  }

  /** The same, with the classes of a folder beside those of the jar. */
  static GenserverProcess startWith(Path classes, String... arguments)
      throws IOException, InterruptedException {
    return launch(
        List.of(),
        List.of(
            "-Dloader.path=" + classes,
            "-cp",
            System.getProperty("genserver.jar"),
            "org.springframework.boot.loader.launch.PropertiesLauncher"),
        arguments);
  }

  private static GenserverProcess launch(List<String> other, List<String> main, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(other);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED"); // the manifest says so where -jar is used
    command.addAll(main);
    command.add("--server.port=0");
    if (Stream.of(arguments).noneMatch(argument -> argument.startsWith("--genserver.data="))) {
      command.add("--genserver.data=" + Files.createTempDirectory("genserver"));
    }
    command.addAll(List.of(arguments));
    var started =
        new GenserverProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread.ofVirtual().start(started::readOutput);
    started.awaitReady();
    return started;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port.join() + path);
  }

  /** Asks the process to end, as {@code kill} does. */
  void terminate() {
    process.destroy();
  }

  /** Ends the process at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the end, and returns the exit code. */
  int awaitExit(Duration limit) {
    return process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join().exitValue();
  }

  List<String> output() {
    return List.copyOf(output);
  }

  private void readOutput() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line; (line = reader.readLine()) != null; ) {
        output.add(line);
        var ready = READY.matcher(line);
        if (ready.find()) {
          port.complete(Integer.valueOf(ready.group(1)));
        }
      }
      port.completeExceptionally(new IllegalStateException("ended before it was ready"));
    } catch (IOException e) {
      port.completeExceptionally(new UncheckedIOException(e));
    }
  }

  private void awaitReady() throws InterruptedException {
    try {
      port.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(String.join("\n", output), e);
    }
  }

  /** Asks the process to end, as {@code kill} does, and makes it if it won't. */
  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
      throw new IllegalStateException("did not end:\n" + String.join("\n", output), e);
    }
  }
}
