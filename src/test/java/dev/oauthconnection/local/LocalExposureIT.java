package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.http.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What others on this machine, and pages of other sites, get from a process that holds a grant: nothing. */
class LocalExposureIT {
    private static final String EVIL = "http://evil.example";
    private static final List<String> CHANGING = List.of("/", "/refresh", "/revoke", "/logout");

    @RegisterExtension
    final LocalRig rig = new LocalRig();

    private LocalProcess process;

    @BeforeEach
    void start() {
        process = rig.start("--playground", "--approve");
        rig.awaitToken();
    }

    @Test
    void every_port_is_on_the_loopback_interface_alone() throws IOException {
        Listening.requireIt();
        Set<Listening> ports = Listening.of(process.pid());
        assertThat(ports).extracting(Listening::port).contains(rig.port(), rig.port() + 1);
        assertThat(ports).allMatch(Listening::loopback);
    }

    @Test
    void a_port_of_the_embedded_api_answers_401_to_who_has_no_token() throws IOException {
        Listening.requireIt();
        List<Integer> others = Listening.of(process.pid()).stream()
                .map(Listening::port)
                .filter(port -> port != rig.port() && port != rig.port() + 1)
                .toList();
        for (int port : others) {
            for (String path : List.of(
                    "/",
                    "/version",
                    "/healthz",
                    "/api",
                    "/apis",
                    "/openapi/v3",
                    "/api/v1/secrets",
                    "/api/v1/namespaces/oauthconnection-system/secrets?watch=true",
                    "/apis/oauthconnection.dev/v1alpha1/oauthconnections")) {
                String url = "http://127.0.0.1:" + port + path;
                assertNothing(Http.to(url).get());
                assertNothing(
                        Http.to(url).with("Authorization", "Bearer guessed").get());
                assertNothing(Http.to(url).post(Map.of("a", "b")));
            }
        }
    }

    @Test
    void an_answer_to_another_name_in_the_host_header_is_a_refusal() {
        for (String path : List.of("/", "/home", "/livez", "/status", "/token", "/tenants", "/refresh", "/code")) {
            for (String host : List.of("evil.example", "evil.example:" + rig.port(), "localhost.evil.example")) {
                Http.Answer answer = Http.to(rig.url(path)).with("Host", host).get();
                assertThat(answer.status()).as(path).isEqualTo(421);
                assertThat(answer.body()).doesNotContain("pga_");
            }
        }
    }

    @Test
    void a_page_of_another_site_changes_nothing() {
        String before = rig.connection("local").path("reason").asText();
        for (String path : CHANGING) {
            assertThat(foreign(path).post(Map.of("client_id", "theirs")).status())
                    .as(path)
                    .isEqualTo(403);
            assertThat(Http.to(rig.url(path))
                            .with("Origin", EVIL)
                            .post(Map.of("client_id", "theirs"))
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        for (String path : List.of("/token", "/tenants", "/refresh", "/revoke", "/logout")) {
            assertThat(foreign(path).get().status()).as(path).isEqualTo(403);
        }
        assertThat(rig.connection("local").path("reason").asText()).isEqualTo(before);
        rig.awaitToken();
    }

    @Test
    void no_answer_has_a_cors_header() throws IOException {
        List<Http.Answer> answers = new ArrayList<>();
        for (String path : List.of("/", "/home", "/livez", "/status", "/token", "/code", "/nowhere")) {
            answers.add(Http.to(rig.url(path)).with("Origin", EVIL).get());
            answers.add(foreign(path).get());
            answers.add(Http.to(rig.url(path))
                    .with("Origin", EVIL)
                    .with("Access-Control-Request-Method", "GET")
                    .options());
        }
        for (Listening each : Listening.of(process.pid())) {
            answers.add(Http.to("http://127.0.0.1:" + each.port() + "/")
                    .with("Origin", EVIL)
                    .get());
        }
        assertThat(answers)
                .flatExtracting(answer -> answer.headers().names())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    @Test
    void the_folder_and_all_that_is_in_it_are_for_their_owner_alone() throws IOException {
        try (Stream<Path> files = Files.walk(rig.folder())) {
            for (Path file : files.filter(Files::exists).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file)
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    private Http foreign(String path) {
        return Http.to(rig.url(path)).with("Origin", EVIL).with("Sec-Fetch-Site", "cross-site");
    }

    private static void assertNothing(Http.Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("pga_", "pgr_", "grant", "items");
    }
}
