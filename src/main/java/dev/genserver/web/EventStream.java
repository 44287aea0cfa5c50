package dev.genserver.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * An answer that is a stream of events, as browsers' {@code EventSource} reads it: written on the
 * request's own thread until there are no more, or the client is gone. A client that does not read
 * is gone when the connection's timeout has passed.
 */
final class EventStream {
  /**
   * After so long without an event a comment is written. Proxies give idle connections up after 30
   * s and more; and that a silent client is gone shows only when something is written.
   */
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final HttpServletResponse response;
  private final Duration heartbeat;

  /** Where events come from. */
  interface Source {
    /** Waits for the next event; null if none comes for so long, or no more do. */
    byte @Nullable [] next(Duration limit);

    /** Whether no more come. */
    boolean isOver();
  }

  EventStream(HttpServletResponse response, Duration heartbeat) {
    this.response = response;
    this.heartbeat = heartbeat;
  }

  /** An event as it is written. The data must have no line breaks, as JSON of ours has none. */
  static byte[] event(String name, @Nullable String id, byte[] data) {
    String head = "event: " + name + (id == null ? "" : "\nid: " + id) + "\ndata: ";
    ByteArrayOutputStream event = new ByteArrayOutputStream(head.length() + data.length + 2);
    event.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    event.writeBytes(data);
    event.writeBytes(new byte[] {'\n', '\n'});
    return event.toByteArray();
  }

  /** Writes what comes, until no more does or nobody reads it. */
  void write(Source source) {
    response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Accel-Buffering", "no"); // nginx would hold events back
    try {
      OutputStream out = response.getOutputStream();
      response.flushBuffer(); // the client learns that it misses nothing from now on
      while (!Thread.currentThread().isInterrupted()) {
        byte[] event = source.next(heartbeat);
        if (event == null && source.isOver()) {
          return;
        }
        out.write(event == null ? COMMENT : event);
        out.flush();
      }
    } catch (IOException e) {
      // The client is gone, or does not read: there is nobody to tell.
    }
  }
}
