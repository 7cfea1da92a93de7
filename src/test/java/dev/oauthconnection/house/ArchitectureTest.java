package dev.oauthconnection.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** The shape of the code: which package may know which, and what is written nowhere. */
@AnalyzeClasses(packages = "dev.oauthconnection", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CORE = {"..lifecycle..", "..grant.."};
    private static final String[] NO_CLOCK = {
        "..lifecycle..", "..grant..", "..oauth..", "..provider..", "..delivery..", "..consent.."
    };

    @ArchTest
    static final ArchRule the_core_knows_neither_cluster_nor_network = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "okhttp3..", "io.javaoperatorsdk..", "io.javalin..", "java.net.http..");

    @ArchTest
    static final ArchRule the_decisions_know_nothing_but_what_they_decide_about = noClasses()
            .that()
            .resideInAPackage("..lifecycle..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..operator..", "..delivery..", "..consent..", "..observe..", "..local..", "..cli..");

    @ArchTest
    static final ArchRule the_resources_know_of_the_client_library_only_its_model_and_annotations = noClasses()
            .that()
            .resideInAPackage("..api..")
            .should()
            .dependOnClassesThat(inFabric8ButNotIn(
                    "io.fabric8.kubernetes.api.model..",
                    "io.fabric8.kubernetes.model..",
                    "io.fabric8.generator.annotation..",
                    "io.fabric8.crd.generator.annotation..",
                    // CustomResource, which every resource extends.
                    "io.fabric8.kubernetes.client"));

    @ArchTest
    static final ArchRule the_resources_depend_on_no_other_package = noClasses()
            .that()
            .resideInAPackage("dev.oauthconnection.api..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.oauthconnection..")
                    .and(DescribedPredicate.not(resideInAPackage("dev.oauthconnection.api.."))));

    @ArchTest
    static final ArchRule the_protocol_knows_no_cluster = noClasses()
            .that()
            .resideInAPackage("..oauth..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..");

    @ArchTest
    static final ArchRule providers_are_data_and_know_no_cluster = noClasses()
            .that()
            .resideInAPackage("..provider..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..");

    @ArchTest
    static final ArchRule what_only_local_mode_needs_is_known_to_local_mode_alone = noClasses()
            .that()
            .resideOutsideOfPackage("..local..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..local.embedded..",
                    "..local.playground..",
                    "io.fabric8.mockwebserver..",
                    "io.fabric8.kubernetes.client.server.mock..");

    @ArchTest
    static final ArchRule requests_find_their_way_by_the_rules_of_the_network = noClasses()
            .that()
            .resideOutsideOfPackages("..network..", "..local.embedded..")
            .should()
            .callConstructor(OkHttpClient.class)
            .orShould()
            .callConstructor(OkHttpClient.Builder.class);

    @ArchTest
    static final ArchRule nobody_knows_the_command_line = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.oauthconnection.cli..");

    @ArchTest
    static final ArchRule nobody_reads_the_wall_clock_by_itself = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callConstructor(java.util.Date.class);

    @ArchTest
    static final ArchRule a_clock_is_made_at_the_edge_and_passed_in = noClasses()
            .that()
            .resideInAnyPackage(NO_CLOCK)
            .should()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule a_class_is_named_for_what_it_is =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager)");

    @ArchTest
    static final ArchRule only_the_command_line_prints = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.oauthconnection.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packages_of_local_mode_have_no_cycles =
            slices().matching("dev.oauthconnection.local.(*)..").should().beFreeOfCycles();

    @Test
    void no_file_is_longer_than_300_lines() throws IOException {
        assertThat(sources().filter(f -> lines(f).size() > 300)).isEmpty();
    }

    @Test
    void nothing_is_left_to_do_and_no_test_is_switched_off() throws IOException {
        // Put together here, so that this file does not find itself.
        String marks = String.join("|", "TO" + "DO", "FIX" + "ME", "@Dis" + "abled");
        assertThat(Stream.concat(sources(), tests())
                        .filter(f -> lines(f).stream().anyMatch(l -> l.matches(".*(" + marks + ")\\b.*"))))
                .isEmpty();
    }

    private static DescribedPredicate<JavaClass> inFabric8ButNotIn(String... allowed) {
        return resideInAPackage("io.fabric8..").and(DescribedPredicate.not(resideInAnyPackage(allowed)));
    }

    private static Stream<Path> sources() throws IOException {
        return javaFiles(Path.of("src/main"));
    }

    private static Stream<Path> tests() throws IOException {
        return javaFiles(Path.of("src/test"));
    }

    private static Stream<Path> javaFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList().stream();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
