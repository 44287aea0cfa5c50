package dev.genserver.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.genserver.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What stands in ops/ and docker-compose.yml fits the service, and one another. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OpsTest {
  private static final Pattern LABEL_IN_TEXT =
      Pattern.compile("\\{\\{ *(?:\\$labels\\.)?(\\w+) *}}");

  private final String address;

  OpsTest(@LocalServerPort int port) {
    address = "http://127.0.0.1:" + port;
  }

  @Test
  void alerts_askForWhatIsExposed() throws Exception {
    Scrape scrape = scrape();
    for (Map<String, Object> rule : alerts()) {
      var expression = new Expression(rule.get("expr").toString());
      assertThat(expression.mistakes(scrape)).isEmpty();
      var labels = new ArrayList<>(expression.grouping());
      labels.add("instance");
      assertThat(labelsIn(rule.get("annotations").toString())).isSubsetOf(labels);
    }
  }

  @Test
  void dashboard_asksForWhatIsExposed() throws Exception {
    Scrape scrape = scrape();
    for (JsonNode target : dashboard().findValue("panels").findValues("targets")) {
      for (JsonNode query : target) {
        var expression = new Expression(query.get("expr").asString());
        assertThat(expression.mistakes(scrape)).isEmpty();
        var labels = new ArrayList<>(expression.grouping());
        labels.add("instance");
        assertThat(labelsIn(query.get("legendFormat").asString())).isSubsetOf(labels);
      }
    }
    for (JsonNode variable : dashboard().get("templating").get("list")) {
      var expression = new Expression(variable.get("query").get("query").asString());
      assertThat(expression.mistakes(scrape)).isEmpty();
    }
  }

  @Test
  void dashboard_showsEveryMeterOfOurs() throws Exception {
    String text = Files.readString(Path.of("ops/grafana/dashboards/genserver.json"));
    assertThat(scrape().labels().keySet())
        .filteredOn(metric -> metric.startsWith("genserver_") && !metric.matches(".*_(sum|count)"))
        .isNotEmpty()
        .allSatisfy(metric -> assertThat(text).contains(metric));
  }

  @Test
  void dashboard_usesTheProvisionedSource() throws Exception {
    Map<String, Object> source =
        list(yaml("ops/grafana/provisioning/datasources/prometheus.yml"), "datasources").getFirst();
    assertThat(dashboard().findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(used -> assertThat(used.get("uid").asString()).isEqualTo(source.get("uid")));
    assertThat(source.get("url")).isEqualTo("http://prometheus:9090");
    assertThat(services()).containsKey("prometheus");
  }

  @Test
  void dashboard_panelsHaveAPlaceOfTheirOwn() throws Exception {
    List<String> taken = new ArrayList<>();
    for (JsonNode panel : dashboard().get("panels")) {
      JsonNode at = panel.get("gridPos");
      for (int x = 0; x < at.get("w").asInt(); x++) {
        for (int y = 0; y < at.get("h").asInt(); y++) {
          taken.add((at.get("x").asInt() + x) + "," + (at.get("y").asInt() + y));
        }
      }
    }
    assertThat(taken).doesNotHaveDuplicates();
  }

  @Test
  void prometheus_scrapesTheService() throws Exception {
    Map<String, Object> job =
        list(yaml("ops/prometheus/prometheus.yml"), "scrape_configs").getFirst();
    assertThat(get(job.get("metrics_path").toString())).contains("genserver_servers");
    assertThat(list(job, "static_configs").getFirst().get("targets"))
        .isEqualTo(List.of("genserver:8080"));
    assertThat(services()).containsKey("genserver");
    assertThat(alerts())
        .filteredOn(rule -> rule.get("expr").toString().contains("up{"))
        .singleElement()
        .satisfies(rule ->
            assertThat(rule.get("expr").toString())
                .contains("job=\"" + job.get("job_name") + "\""));
    assertThat(yaml("ops/prometheus/prometheus.yml").get("rule_files"))
        .isEqualTo(List.of("alerts.yml"));
  }

  @Test
  void compose_reachedFromThisMachineOnly() throws Exception {
    assertThat(services().values())
        .flatMap(service -> strings(service, "ports"))
        .isNotEmpty()
        .allMatch(published -> published.startsWith("127.0.0.1:"));
  }

  @Test
  void compose_serviceMayDoLittle() throws Exception {
    Map<String, Object> genserver = services().get("genserver");
    assertThat(genserver).containsEntry("read_only", true).containsEntry("tmpfs", List.of("/tmp"));
    assertThat(services().values())
        .allSatisfy(service -> {
          assertThat(strings(service, "cap_drop")).containsExactly("ALL");
          assertThat(strings(service, "security_opt")).containsExactly("no-new-privileges:true");
        });
  }

  @Test
  void compose_keepsTheDataInAVolume() throws Exception {
    Map<String, Object> genserver = services().get("genserver");
    String folder = instruction("ENV .*GENSERVER_DATA=(\\S+)");
    assertThat(folder).startsWith("/");
    assertThat(instruction("VOLUME (\\S+)")).isEqualTo(folder);
    assertThat(genserver.getOrDefault("environment", "").toString())
        .doesNotContain("GENSERVER_DATA");
    String mount =
        strings(genserver, "volumes").stream()
            .filter(volume -> volume.endsWith(":" + folder))
            .findFirst()
            .orElse("nothing");
    assertThat(yaml("docker-compose.yml").get("volumes"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsKey(mount.split(":", 2)[0]);
  }

  @Test
  void compose_postgresIsTheOneOfItsFile() throws Exception {
    Map<String, Map<String, Object>> added = services("ops/compose.postgres.yml");
    Map<String, Object> postgres = added.get("postgres");
    assertThat(postgres.get("cap_drop")).isEqualTo(List.of("ALL"));
    assertThat(postgres.get("environment"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("POSTGRES_USER", "genserver")
        .containsEntry("POSTGRES_PASSWORD", "${POSTGRES_PASSWORD:?}");
    assertThat(added.get("genserver").get("environment"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("SPRING_DATASOURCE_URL", "jdbc:postgresql://postgres/genserver")
        .containsEntry("SPRING_DATASOURCE_USERNAME", "genserver")
        .containsEntry("SPRING_DATASOURCE_PASSWORD", "${POSTGRES_PASSWORD:?}");
  }

  @Test
  void image_trainsWithTheFlagsOfTheRun() throws Exception {
    String run = instruction("ENTRYPOINT \\[(.*)]").replace("/app/", "").replaceAll("[\",]", "");
    assertThat(Files.readString(Path.of("Dockerfile")))
        .contains(run.replace("-XX:AOTCache=", "-XX:AOTCacheOutput="));
  }

  @Test
  void compose_waitsForTheShutdown(
      @Autowired Settings settings,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration phase)
      throws Exception {
    Duration grace =
        DurationStyle.SIMPLE.parse(services().get("genserver").get("stop_grace_period").toString());
    assertThat(grace).isGreaterThan(settings.drain().plus(phase).plusSeconds(10));
  }

  @Test
  void compose_mountsWhatIsThere() throws Exception {
    assertThat(services().values())
        .flatMap(service -> strings(service, "volumes"))
        .filteredOn(volume -> volume.startsWith("."))
        .isNotEmpty()
        .allSatisfy(volume -> assertThat(Path.of(volume.split(":", 2)[0])).isDirectory());
  }

  private Scrape scrape() throws Exception {
    post("/v1/counters/a/increment");
    System.gc();
    await().until(() -> get("/actuator/prometheus").contains("jvm_gc_pause"));
    return Scrape.of(get("/actuator/prometheus"));
  }

  private void post(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address + path)).POST(BodyPublishers.noBody()).build();
    send(request);
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(address + path)).build());
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(request, BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    }
  }

  private static List<Map<String, Object>> alerts() throws IOException {
    return list(yaml("ops/prometheus/alerts.yml"), "groups").stream()
        .flatMap(group -> list(group, "rules").stream())
        .toList();
  }

  private static JsonNode dashboard() {
    return JsonMapper.shared().readTree(Path.of("ops/grafana/dashboards/genserver.json"));
  }

  private static Map<String, Map<String, Object>> services() throws IOException {
    return services("docker-compose.yml");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services(String file) throws IOException {
    return (Map<String, Map<String, Object>>) yaml(file).get("services");
  }

  /** What the group matches in the one line of the Dockerfile that fits. */
  private static String instruction(String pattern) throws IOException {
    List<String> found =
        Pattern.compile("(?m)^" + pattern + "$")
            .matcher(Files.readString(Path.of("Dockerfile")))
            .results()
            .map((MatchResult line) -> line.group(1))
            .toList();
    assertThat(found).as(pattern).hasSize(1);
    return found.getFirst();
  }

  private static Map<String, Object> yaml(String file) throws IOException {
    return new Yaml().load(Files.readString(Path.of(file)));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> map, String key) {
    return (List<Map<String, Object>>) map.get(key);
  }

  @SuppressWarnings("unchecked")
  private static List<String> strings(Map<String, Object> map, String key) {
    return (List<String>) map.getOrDefault(key, List.of());
  }

  private static List<String> labelsIn(String text) {
    return LABEL_IN_TEXT.matcher(text).results().map((MatchResult m) -> m.group(1)).toList();
  }
}
