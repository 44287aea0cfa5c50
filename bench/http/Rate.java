import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a fixed rate, whether or not the answers keep up, and prints how long they took
 * from the moment at which they were due: the median, 99 %, 99.9 % and the longest, in µs; then how
 * many of 100 were sent over a millisecond late although a connection was free, which is this
 * program's own fault (or that of a machine that did not let it run). A server that stalls is
 * charged for all that became due meanwhile, which a client that waits for its answer before it
 * sends the next would hide. At a rate of 0 each connection sends as soon as it has its answer, and
 * the rate that this came to is printed.
 *
 * <p>On a small machine it takes its CPU time from the server that it measures. So it is one
 * thread, requests are encoded before it begins, and of an answer it reads no more than where it
 * ends.
 *
 * <p>Arguments: method, URL (with {@code %d} for one of 10,000 names), requests a second, seconds,
 * connections. The first fifth of the time warms up.
 */
final class Rate {
  private static final int NAMES = 10_000;
  private static final long LATE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final byte[] LENGTH = ascii("content-length:");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked");
  private static final byte[] CLOSE = ascii("connection: close");

  private final InetSocketAddress address;
  private final ByteBuffer[] requests;
  private final long nanos;
  private final Selector selector = Selector.open();
  private final ArrayDeque<Connection> free = new ArrayDeque<>();
  private int sent;
  private int answered;

  // At a fixed rate:
  private final double nanosEach;
  private final long[] took;
  private int late;

  private Rate(String method, String url, int rate, int seconds) throws IOException {
    URI first = URI.create(url.replace("%d", "1"));
    address = new InetSocketAddress(first.getHost(), first.getPort());
    String path = url.substring(url.indexOf('/', "http://".length()));
    requests = new ByteBuffer[path.contains("%d") ? NAMES : 1];
    Arrays.setAll(requests, i -> request(method, path.replace("%d", String.valueOf(i + 1))));
    nanos = TimeUnit.SECONDS.toNanos(seconds);
    nanosEach = 1e9 / rate;
    took = new long[rate * seconds];
  }

  public static void main(String[] args) throws IOException {
    int rate = Integer.parseInt(args[2]);
    Rate run = new Rate(args[0], args[1], rate, Integer.parseInt(args[3]));
    for (int i = 0; i < Integer.parseInt(args[4]); i++) {
      run.free.add(run.new Connection());
    }
    System.out.println(rate == 0 ? run.asFastAsItGoes() : run.atFixedRate());
  }

  private String asFastAsItGoes() throws IOException {
    long began = System.nanoTime();
    int warm = 0;
    long now = began;
    for (long warmUntil = began + nanos / 5; now < began + nanos; now = System.nanoTime()) {
      while (!free.isEmpty()) {
        free.pop().send(now);
      }
      selector.select(this::ready, 1_000);
      if (now < warmUntil) {
        warm = answered;
      }
    }
    return String.valueOf((long) ((answered - warm) * 1e9 / (nanos * 0.8)));
  }

  private String atFixedRate() throws IOException {
    long began = System.nanoTime() + LATE;
    long end = began + nanos + TimeUnit.SECONDS.toNanos(10);
    boolean wasFree = true;
    while (answered < took.length) {
      long now = System.nanoTime();
      if (now > end) {
        throw new IOException("only " + answered + " answers to " + took.length + " requests");
      }
      while (sent < took.length && !free.isEmpty() && due(began, sent) <= now) {
        long due = due(began, sent);
        if (wasFree && now - due > LATE && sent >= took.length / 5) {
          late++;
        }
        free.pop().send(due);
      }
      wasFree = !free.isEmpty();
      await(sent < took.length && wasFree ? due(began, sent) : end);
    }
    return report();
  }

  private long due(long began, int i) {
    return began + (long) (i * nanosEach);
  }

  /** Reads answers until then; a selector alone can't wait for less than a millisecond. */
  private void await(long until) throws IOException {
    long left = until - System.nanoTime();
    if (left > LATE) {
      selector.select(this::ready, left / LATE);
    } else {
      if (left > 0) {
        LockSupport.parkNanos(left);
      }
      selector.selectNow(this::ready);
    }
  }

  private void ready(SelectionKey key) {
    ((Connection) key.attachment()).ready();
  }

  private String report() {
    long[] rest = Arrays.copyOfRange(took, took.length / 5, took.length);
    Arrays.sort(rest);
    return String.format(
        Locale.ROOT,
        "%d %d %d %d %.2f",
        rest[rest.length / 2] / 1000,
        rest[(int) (rest.length * 0.99)] / 1000,
        rest[(int) (rest.length * 0.999)] / 1000,
        rest[rest.length - 1] / 1000,
        100.0 * late / rest.length);
  }

  private static ByteBuffer request(String method, String path) {
    String length = method.equals("POST") ? "Content-Length: 0\r\n" : "";
    byte[] bytes =
        ascii(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n");
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A connection with at most one request under way. */
  private final class Connection {
    private final ByteBuffer in = ByteBuffer.allocateDirect(16_384);
    private SocketChannel channel;
    private int number;
    private long due;

    Connection() throws IOException {
      channel = open();
    }

    private SocketChannel open() throws IOException {
      SocketChannel opened = SocketChannel.open(address);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened.configureBlocking(false);
      opened.register(selector, SelectionKey.OP_READ, this);
      return opened;
    }

    void send(long since) throws IOException {
      number = sent++;
      due = since;
      ByteBuffer request = requests[(int) (number * 7919L % requests.length)].rewind();
      while (request.hasRemaining()) {
        channel.write(request);
      }
    }

    void ready() {
      try {
        boolean ended = channel.read(in) < 0;
        Answer answer = Answer.of(in);
        if (answer != Answer.INCOMPLETE) {
          took();
          in.clear();
        } else if (ended && in.position() > 0) {
          throw new EOFException();
        }
        if (ended || answer == Answer.LAST) { // some close a connection after so many requests
          channel.close();
          channel = open();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void took() {
      answered++;
      if (took.length > 0) {
        took[number] = System.nanoTime() - due;
      }
      free.push(this);
    }
  }

  private enum Answer {
    INCOMPLETE,
    COMPLETE,
    LAST;

    /** What stands in the buffer up to its position. */
    static Answer of(ByteBuffer in) throws IOException {
      int length = 0;
      boolean chunked = false;
      Answer whole = COMPLETE;
      int line = 0;
      for (int i = 0; i < in.position(); i++) {
        if (in.get(i) != '\n') {
          continue;
        }
        if (i - line == 1) { // an empty one ends the head
          boolean all = chunked ? hasLastChunk(in, i + 1) : in.position() > i + length;
          return all ? whole : INCOMPLETE;
        }
        if (line == 0) {
          checkStatus(in, i);
        } else if (is(in, line, LENGTH)) {
          length = number(in, line + LENGTH.length);
        } else if (is(in, line, CHUNKED)) {
          chunked = true;
        } else if (is(in, line, CLOSE)) {
          whole = LAST;
        }
        line = i + 1;
      }
      return INCOMPLETE;
    }

    private static boolean hasLastChunk(ByteBuffer in, int body) {
      int end = in.position();
      return end - 5 >= body && in.get(end - 5) == '0' && in.get(end - 2) == '\r';
    }

    private static void checkStatus(ByteBuffer in, int end) throws IOException {
      if (in.get("HTTP/1.1 ".length()) != '2') {
        byte[] status = new byte[end];
        in.get(0, status);
        throw new IOException(new String(status, StandardCharsets.US_ASCII));
      }
    }

    private static boolean is(ByteBuffer in, int at, byte[] what) {
      for (int i = 0; i < what.length; i++) {
        byte b = in.get(at + i);
        if (what[i] != (b >= 'A' && b <= 'Z' ? b + 32 : b)) {
          return false;
        }
      }
      return true;
    }

    private static int number(ByteBuffer in, int from) {
      int number = 0;
      for (int i = from; in.get(i) != '\r'; i++) {
        if (in.get(i) != ' ') {
          number = number * 10 + in.get(i) - '0';
        }
      }
      return number;
    }
  }
}
