package dev.genserver;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The rooms of the house, and which way the arrows between them point. */
@AnalyzeClasses(
    packagesOf = GenserverApplication.class,
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.Written.class})
class ArchitectureTest {
  /** What was written, and not generated: Spring leaves bean definitions beside the classes. */
  static final class Written implements ImportOption {
    private static final Pattern GENERATED = Pattern.compile(".*__[^/]*\\.class");

    @Override
    public boolean includes(Location location) {
      return !location.matches(GENERATED);
    }
  }

  private static final String ROOT = "dev.genserver";
  private static final String[] SPRING_ROOMS = {ROOT, in("web"), in("observe")};

  private static String in(String room) {
    return ROOT + "." + room + "..";
  }

  /** Of our own packages, {@code room} uses itself and {@code others} alone. */
  private static ArchRule room(String room, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = in(room);
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = in(others[i]);
    }
    return noClasses()
        .that()
        .resideInAPackage(in(room))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))));
  }

  @ArchTest static final ArchRule web = room("web", "runtime", "wire", "kinds", "behaviour");
  @ArchTest static final ArchRule observe = room("observe", "runtime", "wire", "behaviour");
  @ArchTest static final ArchRule runtime = room("runtime", "store", "wire", "behaviour");

  @ArchTest static final ArchRule store = room("store", "wire", "behaviour").allowEmptyShould(true);

  @ArchTest static final ArchRule wire = room("wire", "behaviour");
  @ArchTest static final ArchRule kinds = room("kinds", "behaviour");

  @ArchTest
  static final ArchRule rooms_areAllKnown =
      classes()
          .should()
          .resideInAnyPackage(
              ROOT,
              in("web"),
              in("observe"),
              in("runtime"),
              in("store"),
              in("wire"),
              in("kinds"),
              in("behaviour"));

  @ArchTest
  static final ArchRule behaviour_needsTheJdkAndTheCollectionsAlone =
      classes()
          .that()
          .resideInAPackage(in("behaviour"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(in("behaviour"), "java..", "org.jspecify..", "org.pcollections");

  @ArchTest
  static final ArchRule kinds_needTheJdkAlone =
      classes()
          .that()
          .resideInAPackage(in("kinds"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(in("kinds"), in("behaviour"), "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule kinds_touchNoClockRandomnessThreadOrIo =
      noClasses()
          .that()
          .resideInAPackage(in("kinds"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..",
              "java.net..",
              "java.sql..",
              "java.util.concurrent..",
              "java.util.random..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(
              Clock.class,
              InstantSource.class,
              Thread.class,
              System.class,
              Runtime.class,
              ProcessHandle.class,
              Random.class,
              SecureRandom.class,
              UUID.class)
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule rooms_haveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule rooms_doNotKnowTheRoot =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT);

  @ArchTest
  static final ArchRule spring_atTheEdgesAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(SPRING_ROOMS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..", "io.micrometer..");

  @ArchTest
  static final ArchRule json_inWireWebAndRootAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, in("wire"), in("web"), in("store"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule json_ofTheOldLibraryNowhere =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("com.fasterxml.jackson..")
                  .and(not(resideInAPackage("com.fasterxml.jackson.annotation"))));

  @ArchTest
  static final ArchRule controllers_areHidden =
      classes()
          .that()
          .areAnnotatedWith(RestController.class)
          .or()
          .areAnnotatedWith(RestControllerAdvice.class)
          .should()
          .bePackagePrivate()
          .andShould()
          .resideInAPackage(in("web"));
}
