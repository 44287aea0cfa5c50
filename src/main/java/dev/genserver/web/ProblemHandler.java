package dev.genserver.web;

import dev.genserver.wire.Wire;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Says as a problem what Jetty refuses before the service sees it, such as a malformed request
 * line.
 */
public final class ProblemHandler extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Problem problem =
        Problem.ofHttp(status(request, response))
            .about(Address.serverIn(String.valueOf(request.getHttpURI().getPath())));
    response.setStatus(problem.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.write(true, ByteBuffer.wrap(Wire.mapper().writeValueAsBytes(problem)), callback);
    return true;
  }

  private static HttpStatus status(Request request, Response response) {
    Object failure = request.getAttribute(ERROR_EXCEPTION);
    if (failure instanceof TimeoutException) { // of its body there came no more
      return HttpStatus.REQUEST_TIMEOUT;
    }
    int code = failure instanceof HttpException refusal ? refusal.getCode() : response.getStatus();
    HttpStatus status = HttpStatus.resolve(code);
    return status == null || !status.isError() ? HttpStatus.BAD_REQUEST : status;
  }
}
