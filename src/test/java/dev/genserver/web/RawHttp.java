package dev.genserver.web;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes that no HTTP client would, and reads what comes back. */
record RawHttp(int port) {

  /** An answer; of interim ones only the last. */
  record Answer(int status, Map<String, String> headers, String body, boolean interim) {}

  /** Sends a request, one character a byte, and reads its answer. */
  Answer send(String request) throws IOException {
    try (Line line = open()) {
      line.write(request);
      return line.read(request.startsWith("HEAD "));
    }
  }

  /** A connection, on which requests can be sent one after the other, or piece by piece. */
  Line open() throws IOException {
    return new Line(port);
  }

  /** A connection. */
  static final class Line implements Closeable {
    private final Socket socket;

    private Line(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
    }

    /** Sends this, one character a byte. */
    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends no more, which the service sees. */
    void writeEnd() throws IOException {
      socket.shutdownOutput();
    }

    /** The next answer; that to a HEAD has no body. */
    Answer read(boolean bodiless) throws IOException {
      return RawHttp.read(socket.getInputStream(), bodiless);
    }

    /** Whether the service closes the connection, and says nothing more. */
    boolean isAtEnd() throws IOException {
      return socket.getInputStream().read() < 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Answer read(InputStream in, boolean bodiless) throws IOException {
    Answer head = readHead(in, false);
    if (head.status() == 100) {
      head = readHead(in, true);
    }
    String body = bodiless ? "" : body(head.headers(), in);
    return new Answer(head.status(), head.headers(), body, head.interim());
  }

  private static Answer readHead(InputStream in, boolean interim) throws IOException {
    String first = line(in);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return new Answer(Integer.parseInt(first.substring(9, 12)), headers, "", interim);
  }

  private static String body(Map<String, String> headers, InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      for (int size = chunk(in); size > 0; size = chunk(in)) {
        body.write(in.readNBytes(size));
        line(in);
      }
      line(in);
    } else if (headers.containsKey("content-length")) {
      body.write(in.readNBytes(Integer.parseInt(headers.get("content-length"))));
    } else if (headers.getOrDefault("connection", "").equals("close")) {
      body.write(in.readAllBytes());
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("closed after: " + line);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
