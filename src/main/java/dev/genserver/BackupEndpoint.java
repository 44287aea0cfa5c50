package dev.genserver;

import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code POST /actuator/backup}: a copy of the embedded database as it is now, beside it, while the
 * service goes on. Where it goes is not for the caller to say.
 */
@Endpoint(id = "backup")
final class BackupEndpoint {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'genserver-'yyyyMMdd'T'HHmmss.SSS'Z.db'")
          .withZone(ZoneOffset.UTC);

  private final StateStore store;
  private final Path folder;
  private final Clock clock;

  BackupEndpoint(StateStore store, Path folder, Clock clock) {
    this.store = store;
    this.folder = folder;
    this.clock = clock;
  }

  /** A backup that was made. */
  record Backup(String file, long bytes) {}

  @WriteOperation
  WebEndpointResponse<Object> backup() {
    Path target = folder.resolve(NAME.format(clock.instant()));
    try {
      store.backup(target);
      return new WebEndpointResponse<>(new Backup(target.toString(), target.toFile().length()));
    } catch (StoreFailure e) {
      return new WebEndpointResponse<>(
          Map.of("error", String.valueOf(e.getMessage())),
          WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
    }
  }
}
