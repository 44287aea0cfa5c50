package dev.genserver.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What increments of a counter cost its callers while nobody, one or thousands watch it. All
 * watchers are there all the time, each with its own counter to watch; the counters take turns in
 * being incremented. It starts {@code target/genserver.jar} itself (Linux).
 */
public final class Watchers {
  private static final int[] WATCHERS = {0, 1, 5_000};
  private static final int ROUNDS = 5;
  private static final long ROUND = 4_000_000_000L;
  private static final Pattern READY = Pattern.compile("Ready on port (\\d+)");
  private static final double TICK = 10_000; // µs, of /proc/PID/stat

  private final Process service;
  private final int port;
  private final int clients;

  private Watchers(Process service, int port, int clients) {
    this.service = service;
    this.port = port;
    this.clients = clients;
  }

  /**
   * Measures.
   *
   * @param args how many clients increment at once (8), then flags of the service
   */
  public static void main(String[] args) throws Exception {
    int clients = args.length == 0 ? 8 : Integer.parseInt(args[0]);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-jar", "target/genserver.jar", "--server.port=0"));
    command.addAll(
        args.length > 1
            ? Arrays.asList(args).subList(1, args.length)
            : List.of("--genserver.durability=memory"));
    Process service = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      new Watchers(service, portOf(service), clients).run();
    } finally {
      service.destroy();
      service.waitFor();
    }
  }

  private static int portOf(Process service) throws IOException {
    var lines = service.inputReader();
    for (String line; (line = lines.readLine()) != null; ) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return Integer.parseInt(ready.group(1));
      }
    }
    throw new IOException("the service did not start");
  }

  private void run() throws Exception {
    LongAdder[] read = new LongAdder[WATCHERS.length];
    for (int i = 0; i < WATCHERS.length; i++) {
      read[i] = new LongAdder();
      round(i, 1);
      for (int n = 0; n < WATCHERS[i]; n++) {
        watch(i, read[i]);
      }
      while (read[i].sum() < WATCHERS[i]) {
        Thread.onSpinWait();
      }
    }
    for (int round = 0; round <= ROUNDS; round++) { // the first warms up
      for (int i = 0; i < WATCHERS.length; i++) {
        long events = read[i].sum();
        double cpu = cpu();
        long[] took = round(i, ROUND);
        double micros = (cpu() - cpu) * TICK / took.length;
        if (round > 0) {
          report(WATCHERS[i], took, micros, read[i].sum() - events);
        }
      }
    }
  }

  private static void report(int watchers, long[] took, double cpu, long events) {
    Arrays.sort(took);
    double seconds = ROUND / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,5d watchers: %,6.0f increments/s, %5.1f µs of CPU each, took %4d µs (median), %5d (99 %%),"
            + " mean %4.0f; %,.1f events/s a watcher%n",
        watchers,
        took.length / seconds,
        cpu,
        took[took.length / 2] / 1000,
        took[took.length * 99 / 100] / 1000,
        Arrays.stream(took).average().orElse(0) / 1000,
        watchers == 0 ? 0 : events / seconds / watchers);
  }

  /** Clients increment a counter for so many ns; returns how long each increment took. */
  private long[] round(int counter, long nanos) {
    List<CompletableFuture<long[]>> all = new ArrayList<>();
    for (int c = 0; c < clients; c++) {
      CompletableFuture<long[]> took = new CompletableFuture<>();
      all.add(took);
      Thread.ofPlatform().start(() -> took.complete(increment(counter, nanos)));
    }
    return all.stream().flatMapToLong(took -> Arrays.stream(took.join())).toArray();
  }

  private long[] increment(int counter, long nanos) {
    try (Socket socket = connect()) {
      byte[] request =
          "POST /v1/counters/c%d/increment HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
              .formatted(counter)
              .getBytes(StandardCharsets.US_ASCII);
      byte[] answer = new byte[4096];
      InputStream in = socket.getInputStream();
      long[] took = new long[1_000_000];
      int count = 0;
      long now = System.nanoTime();
      for (long until = now + nanos; now < until; ) {
        socket.getOutputStream().write(request);
        if (in.read(answer) < 0) { // it comes in one piece
          throw new IOException("hung up");
        }
        long then = System.nanoTime();
        took[count++] = then - now;
        now = then;
      }
      return Arrays.copyOf(took, count);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void watch(int counter, LongAdder read) throws IOException {
    Socket socket = connect();
    socket
        .getOutputStream()
        .write(
            "GET /v1/counters/c%d/value HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
                .formatted(counter)
                .getBytes(StandardCharsets.US_ASCII));
    Thread.ofVirtual()
        .start(() -> {
          try (socket) {
            byte[] events = new byte[4096];
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1);
            for (int size; (size = in.read(events)) >= 0; ) {
              for (int i = 0; i < size; i++) {
                if (events[i] == '{') {
                  read.increment();
                }
              }
            }
          } catch (IOException e) {
            // It is over.
          }
        });
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** What the service has used so far, in ticks. */
  private double cpu() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + service.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
  }
}
