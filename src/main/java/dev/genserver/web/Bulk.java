package dev.genserver.web;

import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Messages to any servers over HTTP, as many as there are lines in one request. */
@RestController
class Bulk {
  static final String PATH = "/v1/batch";

  private final Servers servers;
  private final Kinds kinds;
  private final Edge edge;
  private final SimpleAsyncTaskExecutor executor;

  Bulk(Servers servers, Kinds kinds, Edge edge, SimpleAsyncTaskExecutor serverExecutor) {
    this.servers = servers;
    this.kinds = kinds;
    this.edge = edge;
    this.executor = serverExecutor;
  }

  /**
   * Sends a message for each line of the body. The answer has a line for each of them as soon as
   * there is one, or with {@code replies=errors} for those alone that failed, and a count. Lines to
   * one server keep their order.
   */
  @PostMapping(PATH)
  void bulk(
      @RequestParam(defaultValue = "all") String replies,
      Timeout timeout,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, HttpMediaTypeNotSupportedException {
    checkTypes(request);
    if (!replies.equals("all") && !replies.equals("errors")) {
      throw new Malformed("replies", "must be all or errors");
    }
    response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
    BulkReplies answers =
        new BulkReplies(
            response.getOutputStream(), replies.equals("errors"), Thread.currentThread());
    executor.execute(answers);
    try {
      new BulkLines(servers, kinds, timeout.limit(), edge.maxBody(), answers)
          .readAll(request.getInputStream());
    } catch (IOException e) { // the client is gone: what it has sent is done, the rest is not
      answers.breakOff();
    } finally {
      answers.finish();
    }
  }

  /** Not left to the mapping: what does not fit it would be a request to start a server. */
  private static void checkTypes(HttpServletRequest request)
      throws HttpMediaTypeNotSupportedException {
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    if (accepted != null
        && MediaType.parseMediaTypes(accepted).stream()
            .noneMatch(t -> t.includes(MediaType.APPLICATION_NDJSON))) {
      throw new ResponseStatusException(HttpStatus.NOT_ACCEPTABLE);
    }
    String type = request.getContentType();
    MediaType given = type == null ? null : MediaType.parseMediaType(type);
    if (request.getContentLengthLong() != 0
        && (given == null || !given.isCompatibleWith(MediaType.APPLICATION_NDJSON))) {
      throw new HttpMediaTypeNotSupportedException(given, List.of(MediaType.APPLICATION_NDJSON));
    }
  }
}
