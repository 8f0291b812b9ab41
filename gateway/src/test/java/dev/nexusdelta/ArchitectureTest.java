package dev.nexusdelta;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The floors and the laws of the house. */
@AnalyzeClasses(packages = "dev.nexusdelta", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "dev.nexusdelta.";

  /**
   * What each package may import of the project. A package that is not listed here does not belong
   * in the house.
   */
  private static final Map<String, Set<String>> MAY_IMPORT = mayImport();

  /** The one package (or the few) where a vendor's API is at home. */
  private static final Map<String, Set<String>> VENDOR_HOMES =
      Map.of(
          "com.hazelcast", Set.of("discovery.hazelcast"),
          "org.sqlite", Set.of("discovery.sqlite"),
          "java.sql", Set.of("discovery.sqlite"),
          "org.snakeyaml", Set.of("manifest"),
          "io.github.resilience4j", Set.of("fleet"),
          "io.micrometer", Set.of("telemetry"),
          "com.github.dockerjava", Set.of("host.docker"),
          "picocli", Set.of("cli"),
          "com.sun.net.httpserver", Set.of("agent.http"));

  private static Map<String, Set<String>> mayImport() {
    Map<String, Set<String>> table = new TreeMap<>();
    // Floor 0: pure.
    table.put("manifest", Set.of());
    table.put("problem", Set.of());
    table.put("access", Set.of());
    table.put("balance", Set.of());
    table.put("health", Set.of());
    table.put("calls", Set.of());
    table.put("discovery", Set.of("manifest"));
    table.put("sync", Set.of("manifest", "discovery"));
    table.put("keyed", Set.of());
    table.put("keys", Set.of("manifest"));
    table.put("quota", Set.of("keys"));
    table.put("market", Set.of("manifest", "discovery"));
    table.put("backup", Set.of("manifest", "discovery"));
    table.put("load", Set.of());
    table.put("placement", Set.of());
    table.put("consensus", Set.of());
    table.put("host", Set.of("manifest", "discovery"));
    table.put("scaling", Set.of("manifest", "discovery", "load", "host"));
    // Floor 1: all I/O.
    table.put("discovery.sqlite", Set.of("consensus", "keyed"));
    table.put(
        "discovery.replicated",
        Set.of("manifest", "discovery", "sync", "placement", "keys", "consensus"));
    table.put(
        "discovery.hazelcast",
        Set.of("manifest", "discovery", "keyed", "load", "placement", "consensus"));
    table.put("host.code.compiler", Set.of());
    table.put("host.code", Set.of("manifest", "discovery", "host", "host.code.compiler"));
    table.put("host.supervision", Set.of("manifest", "discovery", "host", "scaling"));
    table.put("host.logs", Set.of("manifest", "host", "host.supervision"));
    table.put(
        "host.process",
        Set.of("manifest", "discovery", "host", "host.code", "host.supervision", "host.logs"));
    table.put(
        "host.docker",
        Set.of(
            "manifest",
            "discovery",
            "host",
            "host.code",
            "host.supervision",
            "host.logs",
            "host.docker.image"));
    table.put("host.docker.image", Set.of("manifest", "discovery", "host", "host.code"));
    table.put("host.url", Set.of("manifest", "discovery", "host"));
    table.put("folders", Set.of("manifest"));
    table.put("travel", Set.of("manifest", "discovery", "host", "folders"));
    table.put("telemetry", Set.of("manifest"));
    table.put("exchange", Set.of());
    table.put("hop", Set.of());
    table.put("tls", Set.of());
    // Floor 2: live state.
    table.put(
        "fleet",
        Set.of(
            "manifest",
            "discovery",
            "host",
            "problem",
            "balance",
            "health",
            "scaling",
            "placement",
            "telemetry"));
    // Floor 3: the flows.
    table.put(
        "proxy",
        Set.of(
            "manifest",
            "discovery",
            "keyed",
            "keys",
            "quota",
            "load",
            "problem",
            "access",
            "balance",
            "calls",
            "telemetry",
            "exchange",
            "tls",
            "hop",
            "fleet"));
    table.put(
        "autoscaler",
        Set.of("manifest", "discovery", "load", "host", "scaling", "telemetry", "fleet"));
    table.put("placing", Set.of("manifest", "discovery", "load", "placement", "fleet"));
    table.put(
        "admin",
        Set.of(
            "manifest",
            "discovery",
            "keys",
            "host",
            "problem",
            "access",
            "calls",
            "scaling",
            "telemetry",
            "folders",
            "sync",
            "backup",
            "market",
            "fleet"));
    return table;
  }

  @ArchTest
  static final ArchRule packagesImportOnlyWhatTheirFloorAllows =
      classes()
          .that(liveIn("listed packages", MAY_IMPORT.keySet()))
          .should(
              new ArchCondition<JavaClass>("import only what the table allows") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  String own = room(item);
                  item.getDirectDependenciesFromSelf().stream()
                      .filter(
                          dependency ->
                              dependency.getTargetClass().getPackageName().startsWith(BASE))
                      .filter(dependency -> !room(dependency.getTargetClass()).equals(own))
                      .filter(
                          dependency ->
                              !MAY_IMPORT
                                  .getOrDefault(own, Set.of())
                                  .contains(room(dependency.getTargetClass())))
                      .forEach(
                          dependency ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      item, dependency.getDescription())));
                }
              });

  @ArchTest
  static final ArchRule everyPackageHasItsPlace =
      classes()
          .should(
              new ArchCondition<JavaClass>(
                  "live in a package that the table names, or in app, cli, sdk, agent") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  String room = room(item);
                  if (!MAY_IMPORT.containsKey(room)
                      && !room.matches("(app|cli|sdk|agent)(\\..*)?")) {
                    events.add(
                        SimpleConditionEvent.violated(
                            item, item.getName() + " lives in unknown " + room));
                  }
                }
              });

  @ArchTest
  static final ArchRule onlyTheCommandLineUsesTheSdk =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "cli..", BASE + "sdk..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "sdk..");

  @ArchTest
  static final ArchRule gatewayAndAgentShareNoClass =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + "agent..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "agent..");

  @ArchTest
  static final ArchRule agentKnowsNothingOfTheGateway =
      noClasses()
          .that()
          .resideInAPackage(BASE + "agent..")
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are of other modules",
                  other ->
                      other.getPackageName().startsWith(BASE)
                          && !other.getPackageName().startsWith(BASE + "agent")));

  @ArchTest
  static final ArchRule nobodyImportsTheCommandLineOrTheRoot =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "cli..", BASE + "app..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(BASE + "cli..", BASE + "app..");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching(BASE + "(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule vendorsStayAtHome =
      classes()
          .should(
              new ArchCondition<JavaClass>("use a vendor's API only in its home package") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  VENDOR_HOMES.forEach(
                      (vendor, homes) -> {
                        if (!homes.contains(room(item))) {
                          item.getDirectDependenciesFromSelf().stream()
                              .filter(d -> d.getTargetClass().getPackageName().startsWith(vendor))
                              .forEach(
                                  d ->
                                      events.add(
                                          SimpleConditionEvent.violated(item, d.getDescription())));
                        }
                      });
                }
              });

  @ArchTest
  static final ArchRule noHeapsByName =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?|Impl)|.*\\.(Abstract|Base)[A-Z][^.]*")
          .orShould()
          .resideInAnyPackage(
              "..util..", "..common..", "..helper..", "..impl..", "..core..", "..model..");

  @ArchTest
  static final ArchRule timeAndEnvironmentAreArguments =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "app..", BASE + "cli..", BASE + "agent..", BASE + "sdk..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class);

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "app..", BASE + "cli..", BASE + "agent..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static void everyPackageTellsItsPurpose(JavaClasses classes) {
    List<String> silent =
        classes.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(candidate -> candidate.tryGetPackageInfo().isEmpty())
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    org.assertj.core.api.Assertions.assertThat(silent)
        .as("packages without package-info")
        .isEmpty();
  }

  private static DescribedPredicate<JavaClass> liveIn(String name, Set<String> rooms) {
    return DescribedPredicate.describe("live in " + name, item -> rooms.contains(room(item)));
  }

  private static String room(JavaClass item) {
    String name = item.getPackageName();
    return name.startsWith(BASE) ? name.substring(BASE.length()) : "";
  }
}
