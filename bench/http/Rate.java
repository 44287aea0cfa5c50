import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a fixed rate, whether or not the answers keep up, and prints how long they took
 * from the moment at which they were due: the median, 99 % and 99.9 %, in µs. A server that stalls
 * is charged for all that became due meanwhile, which a client that waits for its answer before it
 * sends the next would hide.
 *
 * <p>Arguments: method, URL (with {@code %d} for one of 10,000 names), requests a second, seconds,
 * connections.
 */
final class Rate {
  private static final int NAMES = 10_000;

  private final String method;
  private final URI url;
  private final String path;
  private final double nanosEach;
  private final long[] took;
  private final AtomicInteger next = new AtomicInteger();
  private final long began = System.nanoTime() + 100_000_000;

  private Rate(String method, String url, int rate, int seconds) {
    this.method = method;
    this.url = URI.create(url.replace("%d", "1"));
    this.path = url.substring(url.indexOf('/', "http://".length()));
    this.nanosEach = 1e9 / rate;
    this.took = new long[rate * seconds];
  }

  public static void main(String[] args) throws Exception {
    Rate rate = new Rate(args[0], args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    List<Thread> connections = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[4]); i++) {
      connections.add(Thread.ofPlatform().start(rate::connection));
    }
    for (Thread connection : connections) {
      connection.join();
    }
    rate.report();
  }

  private void report() {
    long[] rest = Arrays.copyOfRange(took, took.length / 5, took.length); // the first warms up
    Arrays.sort(rest);
    System.out.printf(
        Locale.ROOT,
        "%d %d %d%n",
        rest[rest.length / 2] / 1000,
        rest[(int) (rest.length * 0.99)] / 1000,
        rest[(int) (rest.length * 0.999)] / 1000);
  }

  private void connection() {
    try {
      boolean goesOn = true;
      while (goesOn) { // some servers close a connection after so many requests
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
          socket.setTcpNoDelay(true);
          goesOn = talk(socket);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends what is due until the server closes the connection; false if there is no more. */
  private boolean talk(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
    for (int i = next.getAndIncrement(); i < took.length; i = next.getAndIncrement()) {
      long due = began + (long) (i * nanosEach);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      socket.getOutputStream().write(request(i));
      boolean closes = skipAnswer(in);
      took[i] = System.nanoTime() - due;
      if (closes) {
        return true;
      }
    }
    return false;
  }

  private byte[] request(int i) {
    String to = path.replace("%d", String.valueOf(i * 7919 % NAMES + 1));
    String length = method.equals("POST") ? "Content-Length: 0\r\n" : "";
    return (method + " " + to + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads an answer with a Content-Length to its end; true if it is the connection's last. */
  private static boolean skipAnswer(InputStream in) throws IOException {
    int length = 0;
    boolean closes = false;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).trim());
      } else if (line.equalsIgnoreCase("connection: close")) {
        closes = true;
      } else if (line.startsWith("HTTP/1.1 ") && line.charAt(9) != '2') {
        throw new IOException(line);
      }
    }
    in.skipNBytes(length);
    return closes;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
