package dev.genserver;

import dev.genserver.web.CorsProblems;
import dev.genserver.web.Edge;
import dev.genserver.web.EventStreams;
import dev.genserver.web.ExchangeParameters;
import dev.genserver.web.HttpThreads;
import dev.genserver.web.Lean;
import dev.genserver.web.Mappings;
import dev.genserver.web.ProblemHandler;
import dev.genserver.web.WantedParameters;
import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ServletHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** How HTTP is spoken. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
  /**
   * How many connections may wait to be accepted: many clients come again at once after a restart.
   */
  private static final int CONNECTIONS_WAITING = 1024;

  /** Paths are matched as they are sent, segment by segment, so nothing in them is ambiguous. */
  private static final UriCompliance PATHS =
      UriCompliance.from(
          EnumSet.of(
              Violation.AMBIGUOUS_EMPTY_SEGMENT,
              Violation.AMBIGUOUS_PATH_ENCODING,
              Violation.AMBIGUOUS_PATH_PARAMETER,
              Violation.AMBIGUOUS_PATH_SEGMENT,
              Violation.AMBIGUOUS_PATH_SEPARATOR,
              Violation.ILLEGAL_PATH_CHARACTERS,
              Violation.SUSPICIOUS_PATH_CHARACTERS));

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new ExchangeParameters());
    resolvers.add(new WantedParameters());
  }

  /**
   * JSON is all that is spoken; without this, a YAML library that some dependency brings would be
   * too.
   */
  @Override
  public void configureMessageConverters(HttpMessageConverters.ServerBuilder converters) {
    converters.configureMessageConvertersList(
        all -> all.removeIf(c -> c.getSupportedMediaTypes().contains(MediaType.APPLICATION_YAML)));
  }

  /**
   * Whoever takes problems takes JSON. Generated clients name only the types of bodies that they
   * may get, and where a success has none these are problems alone. Whoever wants events is let
   * through to where the JSON is, for each query can be watched; see {@link EventStreams}.
   */
  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
    var header = new HeaderContentNegotiationStrategy();
    negotiation.strategies(
        List.of(request -> {
          List<MediaType> accepted = header.resolveMediaTypes(request);
          if (EventStreams.areWanted(request.getNativeRequest(HttpServletRequest.class))) {
            return List.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_JSON);
          }
          return accepted.equals(List.of(MediaType.APPLICATION_PROBLEM_JSON))
              ? List.of(MediaType.APPLICATION_JSON)
              : accepted;
        }));
  }

  @Override
  public void addInterceptors(InterceptorRegistry interceptors) {
    interceptors.addInterceptor(new EventStreams());
  }

  /**
   * A stream lasts as long as its client likes: among the times of requests it would say nothing.
   */
  @Bean
  ObservationPredicate streamsAreNotTimed() {
    return (name, context) ->
        !(context instanceof ServerRequestObservationContext server)
            || !EventStreams.isEndless(server.getCarrier());
  }

  @Bean
  WebMvcRegistrations mappings() {
    return new WebMvcRegistrations() {
      @Override
      public Mappings getRequestMappingHandlerMapping() {
        return new Mappings();
      }
    };
  }

  @Bean
  Edge edge(Settings settings) {
    return new Edge(settings.maxBody().toBytes());
  }

  /**
   * Refuses what pages of other origins send, simple requests too, unless the settings name the
   * origin.
   */
  @Bean
  CorsFilter corsFilter(Settings settings) {
    CorsConfiguration rules = new CorsConfiguration();
    rules.setAllowedOrigins(settings.corsOrigins());
    rules.addAllowedMethod(CorsConfiguration.ALL);
    rules.addAllowedHeader(CorsConfiguration.ALL);
    rules.addExposedHeader("Location");
    rules.addExposedHeader("ETag");
    rules.addExposedHeader("Retry-After");
    rules.addExposedHeader("Idempotency-Replayed");
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    everywhere.registerCorsConfiguration("/**", rules);
    CorsFilter filter = new CorsFilter(everywhere);
    filter.setCorsProcessor(new CorsProblems());
    return filter;
  }

  /**
   * Puts the short way before everything else, lets keys hold what they may, and has Jetty's own
   * refusals say problems.
   */
  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> jetty(Lean lean) {
    return factory -> {
      factory.setThreadPool(new HttpThreads());
      factory.setSelectors(Runtime.getRuntime().availableProcessors());
      factory.addServerCustomizers(server -> {
        server.setErrorHandler(new ProblemHandler());
        for (Connector connector : server.getConnectors()) {
          HttpConfiguration http =
              connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
          http.setUriCompliance(PATHS);
          http.setSendServerVersion(false);
          SecureRequestCustomizer tls = http.getCustomizer(SecureRequestCustomizer.class);
          if (tls != null) { // probes and proxies speak to addresses that no certificate names
            tls.setSniHostCheck(false);
          }
          if (connector instanceof ServerConnector sockets) {
            sockets.setAcceptQueueSize(CONNECTIONS_WAITING);
          }
        }
        server.getDescendant(ServletHandler.class).setDecodeAmbiguousURIs(true);
        if (factory.getSettings().getContextPath().toString().isEmpty()) {
          lean.setHandler(server.getHandler());
          server.setHandler(lean);
        }
      });
    };
  }
}
