package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class GenserverIT {
  @Test
  void jar_started() throws Exception {
    try (var genserver = GenserverProcess.start();
        var http = HttpClient.newHttpClient()) {
      var readiness = HttpRequest.newBuilder(genserver.uri("/actuator/health/readiness")).build();
      var response = http.send(readiness, BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("UP");
      assertThat(genserver.output())
          .filteredOn(line -> line.matches("(?i).*\\b(warn|warning|error)\\b.*"))
          .isEmpty();
    }
  }
}
