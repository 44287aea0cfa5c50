package dev.genserver.web;

import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

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
  @PostMapping(
      value = PATH,
      consumes = MediaType.APPLICATION_NDJSON_VALUE,
      produces = MediaType.APPLICATION_NDJSON_VALUE)
  void bulk(
      @RequestParam(defaultValue = "all") String replies,
      Timeout timeout,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
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
    } finally {
      answers.finish();
    }
  }
}
