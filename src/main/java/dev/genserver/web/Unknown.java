package dev.genserver.web;

import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Operation;
import java.io.Serial;
import org.springframework.http.HttpStatus;

/** A request for a kind or an operation that there is not. */
final class Unknown extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  final transient Problem problem;

  private Unknown(String code, String detail) {
    super(detail, null, false, false);
    this.problem = Problem.of(HttpStatus.NOT_FOUND, code, detail);
  }

  static Unknown kind(String name, Kinds kinds) {
    return new Unknown("unknown-kind", "no kind " + name + "; there are " + kinds.all());
  }

  static Unknown operation(String name, Kind kind) {
    return new Unknown(
        "unknown-operation",
        kind
            + " can't "
            + name
            + "; they can "
            + kind.operations().stream().map(Operation::name).toList());
  }
}
