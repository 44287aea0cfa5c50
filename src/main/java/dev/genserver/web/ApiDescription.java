package dev.genserver.web;

import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The interface as OpenAPI describes it. All of it is derived, so that a new kind is described the
 * moment it exists: what there is from the mappings of the controllers, bodies and replies from
 * records, words from Javadoc, failures from what the runtime may answer. springdoc serves it, and
 * a page to try it.
 */
@Component
class ApiDescription implements OpenApiCustomizer {
  /** The tag of what is there for every kind. */
  private static final String ANY_KIND = "servers";

  private static final String ABOUT =
      """
      Stateful servers in the manner of OTP's `gen_server`. Each handles one message at a time, in \
      order. A server starts when it is first written to; GET and DELETE start none. Failures are \
      problems (RFC 9457): programs go by their `code`.\
      """;

  private final Kinds kinds;
  private final RequestMappingHandlerMapping mappings;
  private final String version;

  ApiDescription(
      Kinds kinds,
      @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings,
      ObjectProvider<BuildProperties> build) {
    this.kinds = kinds;
    this.mappings = mappings;
    this.version =
        build.stream().map(BuildProperties::getVersion).findFirst().orElse("development");
  }

  @Override
  public void customise(OpenAPI api) {
    List<Endpoint> endpoints =
        mappings.getHandlerMethods().entrySet().stream()
            .flatMap(e -> Endpoint.of(e.getKey(), e.getValue().getMethod(), kinds))
            .sorted(Endpoint.ORDER)
            .toList();
    Schemas schemas = new Schemas();
    Bodies bodies = new Bodies(kinds, endpoints, schemas);
    Paths paths = new Paths();
    for (Endpoint endpoint : endpoints) {
      paths
          .computeIfAbsent(endpoint.path(), path -> new PathItem())
          .operation(
              PathItem.HttpMethod.valueOf(endpoint.verb().name()),
              describe(endpoint, bodies, new Parameters(schemas)));
    }
    api.info(about()).tags(tags()).paths(paths).components(new Components());
    schemas.records().forEach(api.getComponents()::addSchemas);
  }

  private Info about() {
    return new Info()
        .title("Genserver")
        .version(version)
        .description(ABOUT)
        .license(
            new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0"));
  }

  private List<Tag> tags() {
    List<Tag> tags = new ArrayList<>();
    tags.add(new Tag().name(ANY_KIND).description(Javadocs.of(ServerController.class)));
    for (Kind kind : kinds.all()) {
      tags.add(new Tag().name(kind.name()).description(Javadocs.summary(Javadocs.of(kind.type()))));
    }
    return tags;
  }

  private static Operation describe(Endpoint endpoint, Bodies bodies, Parameters parameters) {
    String comment = commentOf(endpoint);
    return new Operation()
        .addTagsItem(endpoint.kind() == null ? ANY_KIND : endpoint.kind().name())
        .operationId(idOf(endpoint))
        .summary(Javadocs.summary(comment))
        .description(comment.indexOf(' ', Javadocs.summary(comment).length()) < 0 ? null : comment)
        .parameters(parameters.of(endpoint))
        .requestBody(bodies.sent(endpoint))
        .responses(bodies.answered(endpoint));
  }

  private static String commentOf(Endpoint endpoint) {
    String own = Javadocs.of(endpoint.handler());
    var operation = endpoint.operation();
    String comment = own.isEmpty() && operation != null ? Javadocs.of(operation.type()) : own;
    return comment.isEmpty() ? endpoint.handler().getName() : comment;
  }

  /** Such as {@code countersIncrement}. */
  private static String idOf(Endpoint endpoint) {
    String name = endpoint.handler().getName();
    if (endpoint.kind() == null) {
      return name;
    }
    StringBuilder id = new StringBuilder();
    for (String word : (endpoint.kind().name() + "-" + name).split("-", -1)) {
      id.append(StringUtils.capitalize(word));
    }
    return StringUtils.uncapitalize(id.toString());
  }
}
