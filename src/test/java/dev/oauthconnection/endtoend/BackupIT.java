package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/backup-and-move.md, and what comes of a backup that is restored. */
class BackupIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path folder;

    private Team team;
    private Installation installation;
    private PlayedProvider provider;

    @BeforeEach
    void consented() {
        team = Team.in(api);
        installation = Installation.ofOneTest(api);
        Replica replica = installation.start("--watch-namespaces=" + team.namespace());
        provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port());
        team.apply(provider.appConnection("books", ""));
        team.beginConsent("books");
        team.awaitReady("books");
    }

    @AfterEach
    void stop() {
        installation.close();
        provider.close();
    }

    /** Runs the first commands under this heading, with a plain file in the place of an encrypted one. */
    private void documented(String heading) throws IOException {
        Kubectl.Result ran = run(heading);
        assertThat(ran.exitCode()).as(ran.output()).isZero();
    }

    private Kubectl.Result run(String heading) throws IOException {
        Matcher block = Pattern.compile("^## " + heading + "\n.*?```sh\n(.*?)```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("docs/backup-and-move.md")));
        assertThat(block.find()).isTrue();
        String file = folder.resolve("grants.yaml").toString();
        String commands = block.group(1)
                .replace("oauthconnection-system", installation.namespace())
                .replace("| gpg --encrypt --recipient ops@example.com --output grants.yaml.gpg", "> " + file)
                .replace("gpg --decrypt grants.yaml.gpg", "cat " + file);
        assertThat(commands).contains(file);
        return team.kubectl().script("sh", "-ec", commands);
    }

    private void refresh(String request) {
        String before = team.value("books", "access_token");
        team.annotate("books", "oauthconnection.dev/refresh-requested", request);
        team.awaitTokenOtherThan(before, "books");
    }

    /** The operator ends, and its namespace loses what was in it. */
    private void loseGrants() {
        installation.replicas().getFirst().kill();
        team.kubectl("delete", "secrets", "--all", "--namespace=" + installation.namespace());
    }

    private void startAgain() {
        installation.start("--watch-namespaces=" + team.namespace());
    }

    @Test
    void the_newest_backup_brings_the_grants_back_without_a_consent() throws IOException {
        refresh("1");
        documented("Back up");
        loseGrants();

        documented("Restore");
        startAgain();

        refresh("2");
        assertThat(provider.granted("authorization_code")).isEqualTo(1);
        assertThat(provider.granted("refresh_token")).isEqualTo(2);
        assertThat(provider.errors()).isEmpty();
    }

    @Test
    void a_backup_of_before_a_refresh_is_noticed_by_the_mark_of_the_token_secret_and_nothing_is_sent()
            throws IOException {
        documented("Back up");
        refresh("1");
        loseGrants();

        documented("Restore");
        startAgain();

        team.awaitReason("books", "Stalled", "GrantRolledBack");
        team.annotate("books", "oauthconnection.dev/refresh-requested", "2");
        team.awaitReason("books", "Stalled", "GrantRolledBack");
        assertThat(provider.granted("refresh_token")).isEqualTo(1);
        assertThat(provider.errors()).isEmpty();
    }

    @Test
    void where_the_token_secret_is_gone_as_well_nobody_sees_that_a_backup_is_old() throws IOException {
        documented("Back up");
        refresh("1");
        loseGrants();
        team.kubectl("delete", "secret", "books");

        documented("Restore");
        startAgain();
        team.annotate("books", "oauthconnection.dev/refresh-requested", "2");

        team.awaitReason("books", "Stalled", "GrantRefused");
        assertThat(provider.errors()).containsExactly("invalid_grant");
    }

    @Test
    void a_restore_overwrites_no_grant_that_is_there() throws IOException {
        documented("Back up");
        refresh("1");

        Kubectl.Result ran = run("Restore");

        assertThat(ran.exitCode()).isNotZero();
        assertThat(ran.output()).contains("AlreadyExists");
        refresh("2");
        assertThat(provider.errors()).isEmpty();
    }
}
