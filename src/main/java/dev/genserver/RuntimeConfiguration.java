package dev.genserver;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.kinds.Counter;
import dev.genserver.observe.Gauges;
import dev.genserver.observe.HelpTexts;
import dev.genserver.observe.Meters;
import dev.genserver.observe.StoreHealth;
import dev.genserver.observe.SupervisorsHealth;
import dev.genserver.runtime.MonotonicClock;
import dev.genserver.runtime.NotStarted;
import dev.genserver.runtime.Servers;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.store.StoreSettings;
import dev.genserver.store.Stores;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/** Puts the house together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Settings.class)
@EnableScheduling
@Import(RuntimeConfiguration.KindsFound.class)
class RuntimeConfiguration {

  /** Every kind in the package of the kinds; they are looked for when the beans are worked out. */
  static final class KindsFound implements ImportBeanDefinitionRegistrar {
    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata importing, BeanDefinitionRegistry registry) {
      var scanner = new ClassPathScanningCandidateComponentProvider(false);
      scanner.addIncludeFilter(new AssignableTypeFilter(Behaviour.class));
      List<Class<?>> found =
          scanner.findCandidateComponents(Counter.class.getPackageName()).stream()
              .<Class<?>>map(kind ->
                  ClassUtils.resolveClassName(String.valueOf(kind.getBeanClassName()), null))
              .toList();
      registry.registerBeanDefinition(
          "kinds",
          BeanDefinitionBuilder.rootBeanDefinition(Kinds.class)
              .addConstructorArgValue(found)
              .getBeanDefinition());
    }
  }

  @Bean
  JsonMapper jsonMapper() {
    return Wire.mapper();
  }

  @Bean
  Clock clock() {
    return new MonotonicClock();
  }

  /** Runs servers, each run on a virtual thread of its own. */
  @Bean
  SimpleAsyncTaskExecutor serverExecutor() {
    SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("server-");
    executor.setVirtualThreads(true);
    return executor;
  }

  /** Delivers timers, and looks for handlers that hang. */
  @Bean
  ThreadPoolTaskScheduler clockwork() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setThreadNamePrefix("clockwork-");
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setDaemon(true);
    return scheduler;
  }

  @Bean
  HelpTexts helpTexts() {
    return new HelpTexts();
  }

  /** What {@code /actuator/info} says besides build and Java. */
  @Bean
  InfoContributor settingsInfo(Kinds kinds, Settings settings) {
    return info ->
        info.withDetail("kinds", kinds.all().stream().map(Kind::name).toList())
            .withDetail("limits", settings.limits());
  }

  @Bean
  Meters meters(Kinds kinds, MeterRegistry registry) {
    return new Meters(kinds, registry);
  }

  @Bean
  Gauges gauges(Kinds kinds, Servers servers) {
    return new Gauges(kinds, servers);
  }

  /** What survives, unless nothing shall. */
  @Bean(destroyMethod = "close")
  @Conditional(NeedsStore.class)
  StateStore store(Settings settings, Environment environment) {
    return Stores.open(
        new StoreSettings(
            environment.getProperty("spring.datasource.url", ""),
            environment.getProperty("spring.datasource.username", ""),
            environment.getProperty("spring.datasource.password", ""),
            settings.data()));
  }

  /** Whether any server may outlive the process. */
  static final class NeedsStore implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return Binder.get(context.getEnvironment())
          .bindOrCreate("genserver", Settings.class)
          .needsStore();
    }
  }

  @Bean
  @Conditional(NeedsStore.class)
  BackupEndpoint backupEndpoint(StateStore store, Settings settings, Clock clock) {
    return new BackupEndpoint(store, settings.data(), clock);
  }

  @Bean
  @Conditional(NeedsStore.class)
  Cleanup cleanup(StateStore store) {
    return new Cleanup(store);
  }

  /** Gives space that the database needs no more back to the system, a little at a time. */
  record Cleanup(StateStore store) {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    @Scheduled(
        fixedDelay = 10,
        initialDelay = 10,
        timeUnit = TimeUnit.SECONDS,
        scheduler = "cleanupScheduler")
    void compact() {
      try {
        store.compact();
      } catch (StoreFailure e) {
        LOG.debug("Not compacted: {}", e.getMessage());
      }
    }
  }

  /** Runs what may wait for the store, and so must not hold up timers. */
  @Bean
  SimpleAsyncTaskScheduler cleanupScheduler() {
    SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
    scheduler.setThreadNamePrefix("cleanup-");
    scheduler.setVirtualThreads(true);
    return scheduler;
  }

  /** Writes to the store: one thread, as long as the service lives. */
  @Bean
  SimpleAsyncTaskExecutor storeExecutor() {
    return new SimpleAsyncTaskExecutor("committer-");
  }

  @Bean
  Servers servers(
      Kinds kinds,
      Settings settings,
      Clock clock,
      SimpleAsyncTaskExecutor serverExecutor,
      ThreadPoolTaskScheduler clockwork,
      Meters meters,
      ObjectProvider<StateStore> store,
      SimpleAsyncTaskExecutor storeExecutor,
      Environment environment) {
    if (settings.needsStore() && store.getIfAvailable() == null) {
      throw new IllegalStateException(
          "the jar was built for genserver.durability=memory: build it anew");
    }
    Servers servers =
        new Servers(
            kinds,
            settings.limits(),
            clock,
            serverExecutor,
            clockwork.getScheduledThreadPoolExecutor(),
            meters,
            store.getIfAvailable(),
            storeExecutor);
    try {
      Supervisors.check(environment);
      servers.supervise(new Supervisors(kinds).read(settings.supervisors()));
    } catch (NotStarted e) {
      servers.shutDown();
      throw e;
    }
    return servers;
  }

  @Bean
  SupervisorsHealth supervisorsHealth(Servers servers) {
    return new SupervisorsHealth(servers);
  }

  @Bean
  @Conditional(NeedsStore.class)
  StoreHealth storeHealth(Servers servers) {
    return new StoreHealth(servers);
  }

  @Bean
  Farewell farewell(Servers servers) {
    return new Farewell(servers);
  }

  /**
   * Shuts the servers down before the web server waits for its requests, for these wait for the
   * servers.
   */
  record Farewell(Servers servers) {
    @EventListener(ContextClosedEvent.class)
    void onClose() {
      servers.shutDown();
    }
  }
}
