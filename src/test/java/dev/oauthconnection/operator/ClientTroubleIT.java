package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the client: what its author is told, and that the connection comes back once it is put right. */
class ClientTroubleIT {
    @TempDir
    Path folder;

    private OperatorWorld world;

    @BeforeEach
    void start() {
        world = OperatorWorld.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    /** Time passes until the Secret is read again by itself. */
    private void readAgain(LiveConnection connection) {
        world.clock.move(Duration.ofSeconds(31));
        connection.nudge();
    }

    @Test
    void a_client_secret_that_arrives_later_is_picked_up() {
        LiveConnection books = world.connection("books");
        books.applyProvider(books.provider);
        books.applySpec("grantType: ClientCredentials");
        books.awaitStalled(
                Reason.ClientSecretNotFound,
                "there is no Secret books-app in namespace default: create it with the keys client_id and client_secret");

        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        readAgain(books);

        books.awaitToken(1).awaitReady();
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void the_platforms_client_is_for_its_namespaces_and_scopes_alone() {
        LiveConnection books = world.connection("books");
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        platformClient(books, "sales");
        world.apply(USES_PLATFORM_CLIENT.formatted("read"));
        books.awaitStalled(Reason.ClientNotAllowed, "the client of provider books is not for namespace default");

        platformClient(books, "default");
        books.awaitToken(1).awaitReady();

        world.apply(USES_PLATFORM_CLIENT.formatted("admin"));
        books.awaitStalled(Reason.ClientNotAllowed, "is not for the scopes admin");
        world.apply(USES_PLATFORM_CLIENT.formatted(""));
        books.awaitStalled(Reason.ClientNotAllowed, "is not for the scopes everything");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    private static final String USES_PLATFORM_CLIENT = """
            apiVersion: oauthconnection.dev/v1alpha1
            kind: OAuthConnection
            metadata: {name: books, namespace: default}
            spec:
              provider: {name: books}
              grantType: ClientCredentials
              scopes: [%s]
            """;

    private static void platformClient(LiveConnection books, String namespace) {
        books.applyProviderSpec("""
                authorization: {defaultScopes: [read, everything]}
                token: {endpoint: %s}
                client:
                  secretRef: {namespace: default, name: books-app}
                  allowedNamespaces: [%s]
                  allowedScopes: [read]
                """.formatted(books.provider.uri("/token"), namespace));
    }

    @Test
    void a_public_client_where_the_provider_wants_basic_is_told_and_nothing_is_sent() {
        LiveConnection books = world.connection("books");
        basicOnly(books);
        world.secret("books-app", Map.of("client_id", "app"));
        world.secret("books-existing", Map.of("refresh_token", books.provider.refreshToken(0)));
        books.applySpec("existingGrant: {secretRef: {name: books-existing}}");

        books.awaitStalled(
                Reason.ClientSecretInvalid,
                "the client app has no client_secret, and provider books wants Basic: add client_secret to the Secret");
        assertThat(books.provider.tokenRequests()).isEmpty();

        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        readAgain(books);
        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_connection_that_cannot_be_asked_for_pauses_no_other_one_of_its_issuer() {
        LiveConnection books = world.connection("books");
        basicOnly(books);
        world.secret("public-app", Map.of("client_id", "app"));
        for (int i = 0; i < 8; i++) {
            world.apply("""
                    apiVersion: oauthconnection.dev/v1alpha1
                    kind: OAuthConnection
                    metadata: {name: broken-%s, namespace: default}
                    spec: {provider: {name: books}, client: {secretRef: {name: public-app}}, grantType: ClientCredentials}
                    """.formatted(i));
        }
        for (int i = 0; i < 8; i++) {
            new LiveConnection(world, "broken-" + i, books.provider)
                    .awaitStalled(Reason.ClientSecretInvalid, "wants Basic");
        }

        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("grantType: ClientCredentials");
        books.awaitToken(1).awaitReady();
        assertThat(world.history("books")).noneSatisfy(status -> assertThat(status.toString())
                .contains("the provider failed for several connections"));
    }

    private static void basicOnly(LiveConnection books) {
        books.applyProviderSpec("""
                authorization: {endpoint: %s}
                token: {endpoint: %s, clientAuthentication: Basic}
                """.formatted(books.provider.uri("/authorize"), books.provider.uri("/token")));
    }

    @Test
    void a_missing_key_is_named() {
        LiveConnection books = world.connection("books").connected();
        world.secret("books-app", Map.of("id", "app"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.ClientSecretInvalid, "the Secret books-app has no key client_id");
        assertKept(books);
        comesBack(books);
    }

    @Test
    void an_empty_value_is_named() {
        LiveConnection books = world.connection("books").connected();
        books.applyClient("app", "");
        books.requestRefresh("1");
        books.awaitStalled(Reason.ClientSecretInvalid, "the Secret books-app has an empty client_secret: fill it in");
        assertKept(books);
        comesBack(books);
    }

    @Test
    void a_deleted_client_secret_leaves_the_token_and_the_grant() {
        LiveConnection books = world.connection("books").connected();
        world.deleteSecret("books-app");
        books.requestRefresh("1");
        books.awaitStalled(Reason.ClientSecretNotFound, "there is no Secret books-app");
        assertKept(books);
        comesBack(books);
    }

    @Test
    void a_refused_client_is_not_asked_again_until_its_secret_changes_and_then_soon() {
        LiveConnection books = world.connection("books").connected();
        books.provider.always(ScriptedProvider.json(401, "{\"error\":\"invalid_client\"}"));
        books.applyClient("app", "changed-" + LiveConnection.CLIENT_SECRET);
        books.requestRefresh("1");
        books.awaitStalled(
                Reason.ClientRefused,
                "the provider refused with invalid_client: check client_id and client_secret; the grant is kept");
        assertThat(books.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        readAgain(books);
        readAgain(books);
        assertThat(books.provider.tokenRequests()).hasSizeLessThanOrEqualTo(2);

        books.provider.repaired();
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        readAgain(books);

        books.awaitToken(2).awaitNotStalled();
    }

    @Test
    void a_client_secret_that_cannot_be_read_at_the_moment_is_nobodys_fault() {
        LiveConnection books = world.connection("books").connected();
        books.awaitReady();
        world.api.refuse("GET", "/namespaces/default/secrets/books-app", 410);
        books.requestRefresh("1");
        books.awaitCondition(
                "Ready", "True", Reason.TokenCurrent, "Progressing: the Secret books-app cannot be read right now");
        assertThat(books.condition("Stalled").getStatus()).isEqualTo("False");

        world.api.repaired();
        readAgain(books);
        books.awaitToken(2).awaitReady();
    }

    @Test
    void a_client_secret_that_may_not_be_read_is_for_a_person() {
        LiveConnection books = world.connection("books").connected();
        books.awaitReady();
        world.api.refuse("GET", "/namespaces/default/secrets/books-app", 403);
        books.requestRefresh("1");
        books.awaitStalled(Reason.ClientSecretNotFound, "the Secret books-app cannot be read (HTTP 403): check");
    }

    private static void assertKept(LiveConnection books) {
        assertThat(books.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    private void comesBack(LiveConnection books) {
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        readAgain(books);
        books.awaitToken(2).awaitReady();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
    }
}
