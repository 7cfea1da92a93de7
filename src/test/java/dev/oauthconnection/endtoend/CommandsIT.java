package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.cli.Main;
import dev.oauthconnection.testing.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The life of a connection by the command line alone, with the real operator. */
class CommandsIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path folder;

    private Team team;
    private Installation installation;
    private PlayedProvider provider;

    @BeforeEach
    void start() {
        team = Team.in(api);
        installation = Installation.ofOneTest(api);
        Replica replica = installation.start("--watch-namespaces=" + team.namespace());
        provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port());
        team.apply(provider.appConnection("books", ""));
    }

    @AfterEach
    void stop() {
        installation.close();
        provider.close();
    }

    private record Ran(int exitCode, String out, String err) {}

    private Process begin(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("KUBECONFIG", api.kubeconfig().toString());
        return builder.start();
    }

    private Ran end(Process process) throws Exception {
        int exitCode = process.waitFor();
        return new Ran(exitCode, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private Ran run(String... arguments) throws Exception {
        return end(begin(arguments));
    }

    @Test
    void a_connection_is_connected_used_refreshed_and_revoked() throws Exception {
        Process connect = begin("connect", "books", "--no-browser");
        team.beginConsent("books");
        Ran ran = end(connect);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err()).endsWith("/books is connected.\n");

        assertThat(run("status").exitCode()).isZero();
        String first = run("token", "books").out().strip();
        assertThat(first).isEqualTo(team.value("books", "access_token"));

        ran = run("refresh", "books", "--wait");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(run("token", "books").out().strip())
                .isEqualTo(team.value("books", "access_token"))
                .isNotEqualTo(first);
        assertThat(provider.granted("refresh_token")).isEqualTo(1);

        ran = run("revoke", "books", "--yes", "--wait");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("the grant was revoked as requested");
        assertThat(run("status", "-o", "json").out()).contains("\"Ended\"");
    }

    @Test
    void an_exported_grant_is_imported_and_nothing_of_the_import_is_left() throws Exception {
        team.beginConsent("books");
        team.awaitReady("books");
        team.apply(provider.appConnection("ledger", ""));
        Path file = folder.resolve("books.yaml");
        assertThat(run("export", "books", "--output=" + file).exitCode()).isZero();

        Ran ran = run("import", "ledger", "-f", file.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(team.connection("ledger").getSpec().existingGrant()).isNull();
        assertThat(team.kubectl("get", "secrets", "-o", "name")).doesNotContain("existing-grant");
        ran = run("refresh", "ledger", "--wait");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(provider.errors()).isEmpty();

        ran = run("import", "ledger", "-f", file.toString());
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("/ledger: it has a grant that works");
    }
}
