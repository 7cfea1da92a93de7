package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kustomize;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Starts in a cluster that is not ready, and an end that nobody asks for. */
class StartsIT {
    private static final String CRD = "crd/oauthconnections.oauthconnection.dev";
    private static final String PROVIDERS = "crd/clusteroauthproviders.oauthconnection.dev";
    private static final String SPEC = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/";

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private Team team;
    private Installation installation;

    @BeforeEach
    void install() {
        team = Team.in(api);
        installation = Installation.ofOneTest(api);
    }

    @AfterEach
    void applyCrdsAgain() {
        installation.close();
        applyCrds();
    }

    @Test
    void without_crds_it_waits_says_so_once_and_starts_when_they_come() {
        team.kubectl("delete", CRD, PROVIDERS);
        awaitOpenApiWithout("OAuthConnection");
        Replica replica = launch();
        String trouble = "the CRDs are missing for ClusterOAuthProvider, OAuthConnection: "
                + "kubectl apply --server-side -k crds";
        awaitUnready(replica, trouble);
        assertThat(get(replica, "/livez")).isEqualTo("ok");
        await().during(Duration.ofSeconds(12)).atMost(Duration.ofSeconds(30)).until(replica.process()::isAlive);
        assertThat(replica.logged()).containsOnlyOnce(trouble);

        applyCrds();
        replica.awaitReady();
    }

    @Test
    void a_pod_waits_for_an_api_server_that_does_not_answer_and_says_so() {
        installation.wire().cut();
        Replica replica = installation.launch("--watch-namespaces=" + team.namespace(), "--wait-for-api-server");
        await().atMost(Team.PATIENCE).ignoreExceptions().until(() -> get(replica, "/readyz")
                .endsWith(" cannot be reached"));
        assertThat(get(replica, "/livez")).isEqualTo("ok");

        installation.wire().mend();
        replica.awaitReady();
    }

    @Test
    void an_answer_of_a_process_that_died_is_stored_while_the_next_one_waits(@TempDir Path journal) {
        team.kubectl("delete", CRD, PROVIDERS);
        awaitOpenApiWithout("OAuthConnection");
        leaveAnswer(journal, "refresh-token-of-books");
        installation.wire().cut();
        Replica replica = installation.launch(
                "--watch-namespaces=" + team.namespace(), "--wait-for-api-server", "--journal=" + journal);
        awaitUnready(replica, " cannot be reached");

        installation.wire().mend();

        await().atMost(Team.PATIENCE).untilAsserted(() -> assertThat(journal).isEmptyDirectory());
        assertThat(team.grant("books", installation.namespace()).candidates())
                .singleElement()
                .satisfies(candidate -> assertThat(candidate.token()).isEqualTo("refresh-token-of-books"));
        awaitUnready(replica, "the CRDs are missing for ClusterOAuthProvider, OAuthConnection");
        assertThat(replica.logged()).doesNotContain("refresh-token-of-books");
    }

    /** As a process leaves it that was killed before it could store the answer to a consent. */
    private void leaveAnswer(Path journal, String refreshToken) {
        String uid = api.client()
                .namespaces()
                .withName(team.namespace())
                .require()
                .getMetadata()
                .getUid();
        Instant now = Instant.now();
        TokenAnswer answer = new TokenAnswer("access-token", "Bearer", Duration.ofHours(1), refreshToken, null, null);
        Grant grant = new Grant(
                new GrantKey(uid, team.namespace(), "books"),
                "consent",
                GrantType.AuthorizationCode,
                new Binding(null, URI.create("https://login.example/token"), null, "app", ClientAuthentication.Basic),
                1,
                null,
                List.of(new Candidate(1, null, refreshToken, null, null, 0, null)),
                new Answer(1, "access-token", "Bearer", now, now.plus(Duration.ofHours(1)), List.of(), null, null),
                List.of("consent"),
                List.of(),
                HandledRequests.NONE,
                null,
                null);
        new FolderJournal(journal, (file, why) -> {})
                .keep(new JournalEntry("consent", grant, 0, 0, answer, now, Duration.ZERO, null, ""));
    }

    @Test
    void what_it_sees_of_the_crds_is_said_once_while_it_waits_for_a_namespace() {
        patchCrd("[{\"op\": \"add\", \"path\": \"" + SPEC + "flavour\", \"value\": {\"type\": \"string\"}}]");
        await().atMost(Team.PATIENCE).until(() -> openApi().contains("\"flavour\""));
        reinstall(Kustomize.of(api.kubectl()).build());
        Replica replica = installation.launch("--watch-namespaces=nowhere");
        awaitUnready(replica, "not served");
        await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(30)).until(replica.process()::isAlive);
        assertThat(replica.logged()).containsOnlyOnce("the CRDs are newer than the operator");
    }

    @Test
    void sigterm_ends_a_process_that_waits() {
        team.kubectl("delete", CRD);
        awaitOpenApiWithout("OAuthConnection");
        Replica replica = launch();
        awaitUnready(replica, "the CRDs are missing for OAuthConnection");
        assertThat(replica.terminate()).as(replica.logged()).isZero();
    }

    @Test
    void with_older_crds_it_waits_while_the_replica_of_before_goes_on() {
        Replica before = installation.start("--watch-namespaces=" + team.namespace());
        patchCrd("[{\"op\": \"remove\", \"path\": \"" + SPEC + "suspend\"}]");
        awaitOpenApiWithout("\"suspend\"");
        Replica replica = launch();
        awaitUnready(
                replica,
                "the CRDs are older than the operator, they lack OAuthConnection.spec.suspend: "
                        + "kubectl apply --server-side -k crds");
        assertThat(get(before, "/readyz")).isEqualTo("ok");

        applyCrds();
        replica.awaitReady();
    }

    @Test
    void with_newer_crds_it_starts_and_names_what_it_leaves_alone() {
        patchCrd("[{\"op\": \"add\", \"path\": \"" + SPEC + "flavour\", \"value\": {\"type\": \"string\"}}]");
        await().atMost(Team.PATIENCE).until(() -> openApi().contains("\"flavour\""));
        Replica replica = installation.start("--watch-namespaces=" + team.namespace());
        assertThat(replica.logged())
                .containsOnlyOnce("the CRDs are newer than the operator, which leaves these fields alone: "
                        + "OAuthConnection.spec.flavour");
    }

    @Test
    void a_namespace_that_is_refused_stands_in_the_way_of_no_other_and_is_served_once_it_is_granted() {
        String another = api.newNamespace();
        String listed = Kustomize.of(api.kubectl()).buildFor(team.namespace(), another, "listed-namespaces");
        reinstall(listed);
        team.kubectl("delete", "rolebinding/oauth-connection-operator-connections", "--namespace=" + another);
        String option = "--watch-namespaces=" + team.namespace() + "," + another + ",nowhere";

        Replica replica = installation.start(option);
        assertThat(replica.logged())
                .containsOnlyOnce(
                        "not served, since they do not exist or RBAC refuses them: nowhere, " + another + ".");
        try (PlayedProvider provider = PlayedProvider.start(team, Duration.ofHours(1), replica.port())) {
            team.apply(provider.serviceConnection("reports"));
            team.awaitReady("reports");
            assertThat(get(replica, "/livez")).isEqualTo("ok");

            team.apply(listed.replace("oauthconnection-system", installation.namespace()));
            assertThat(replica.ended()).isEqualTo(1);
            Replica next = installation.start(option);
            assertThat(next.logged()).containsOnlyOnce("RBAC refuses them: nowhere.");
            team.kubectl("get", "oauthconnections", "--namespace=" + another);
        }
    }

    @Test
    void where_no_namespace_may_be_served_it_waits_and_says_so() {
        reinstall(Kustomize.of(api.kubectl()).build());
        Replica replica = installation.launch("--watch-namespaces=nowhere");
        awaitUnready(replica, "not served, since they do not exist or RBAC refuses them: nowhere.");
    }

    @Test
    void a_leader_whose_api_server_never_answers_ends_by_itself() {
        Replica leader = installation.start("--watch-namespaces=" + team.namespace());
        await().atMost(Team.PATIENCE).until(() -> leader.logged().contains(" leading"));
        installation.wire().silence();
        assertThat(leader.ended()).as(leader.logged()).isEqualTo(1);
        assertThat(leader.logged()).contains("the lease is lost: finishing what is in flight, then ending");
    }

    /** Without the rights in the whole cluster. */
    private void reinstall(String manifests) {
        installation.close();
        team.kubectl("delete", "clusterrolebinding/oauth-connection-operator-connections");
        installation = Installation.ofOneTest(api, manifests);
    }

    private Replica launch() {
        return installation.launch("--watch-namespaces=" + team.namespace());
    }

    private void patchCrd(String patch) {
        team.kubectl("patch", CRD, "--type=json", "-p", patch);
    }

    private void applyCrds() {
        team.kubectl("apply", "--server-side", "--force-conflicts", "-k", "crds");
        team.kubectl("wait", "--for=condition=Established", "--timeout=60s", CRD, PROVIDERS);
        await().atMost(Team.PATIENCE)
                .until(() -> openApi().contains("\"suspend\"") && openApi().contains("ClusterOAuthProvider"));
    }

    private void awaitOpenApiWithout(String word) {
        await().atMost(Team.PATIENCE).until(() -> !openApi().contains(word));
    }

    private static String openApi() {
        String text = api.client().raw("/openapi/v3/apis/oauthconnection.dev/v1alpha1");
        return text == null ? "" : text;
    }

    private static void awaitUnready(Replica replica, String why) {
        await().atMost(Team.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    assertThat(replica.get("/readyz").statusCode()).isEqualTo(503);
                    assertThat(replica.get("/readyz").body()).contains(why);
                });
    }

    private static String get(Replica replica, String path) {
        try {
            return replica.get(path).body();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
