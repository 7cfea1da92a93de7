package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with the provider: what is said, the token is served on, nothing is sent, and it comes back. */
class ProviderTroubleIT {
    /** A spec that cannot be used, and what is said of it. */
    record Unusable(String name, String spec, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    Path folder;

    private OperatorWorld world;

    private LiveConnection connected() {
        world = OperatorWorld.start(folder);
        return world.connection("books").connected();
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    static List<Unusable> unusable() {
        return List.of(
                new Unusable(
                        "no_token_endpoint",
                        "authorization: {endpoint: 'https://provider.example/authorize'}",
                        "Provider 'books': it has no token endpoint: set token.endpoint, or issuer if the provider supports discovery."),
                new Unusable(
                        "not_a_url",
                        "token: {endpoint: 'https://provider .example/token'}",
                        "Provider 'books': token.endpoint is not a URL: 'https://provider .example/token'."),
                new Unusable(
                        "no_host",
                        "token: {endpoint: 'provider.example/token'}",
                        "token.endpoint is not an absolute URL: 'provider.example/token'; write https:// and a host"),
                new Unusable(
                        "plain_http_elsewhere",
                        "token: {endpoint: 'http://provider.example/token'}",
                        "token.endpoint must use https: 'http://provider.example/token'; http is allowed to loopback addresses alone"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void an_unusable_provider_is_explained_and_its_repair_is_seen_at_once(Unusable unusable) {
        LiveConnection books = connected();
        books.applyProviderSpec(unusable.spec());
        books.awaitStalled(Reason.ProviderInvalid, unusable.says());
        books.requestRefresh("1");
        assertServedAndKept(books);

        books.applyProvider(books.provider);

        books.awaitToken(2).awaitNotStalled();
        assertThat(books.provider.redeemed()).hasSize(2);
    }

    @Test
    void an_unknown_provider_is_explained_and_picked_up_once_it_is_applied() {
        LiveConnection books = connected();
        world.client.resources(ClusterOAuthProvider.class).withName("books").delete();
        books.awaitStalled(Reason.ProviderNotFound, "There is no provider 'books': apply a ClusterOAuthProvider");
        books.requestRefresh("1");
        assertServedAndKept(books);

        books.applyProvider(books.provider);

        books.awaitToken(2).awaitNotStalled();
    }

    @Test
    void a_token_secret_is_repaired_while_the_provider_is_unusable() {
        LiveConnection books = connected();
        books.applyProviderSpec(unusable().getFirst().spec());
        books.awaitStalled(Reason.ProviderInvalid, "no token endpoint");
        world.deleteSecret("books");
        books.awaitToken(1);
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void http_is_refused_outside_local_mode_and_nothing_is_sent() {
        world = OperatorWorld.start(folder, false);
        LiveConnection books = world.connection("books").applied();
        books.awaitStalled(Reason.ProviderInvalid, "http is allowed in local mode alone, to loopback addresses");
        assertThat(books.provider.requests()).isEmpty();
    }

    @Test
    void a_discovery_document_of_another_issuer_is_not_believed() {
        LiveConnection books = connected();
        String issuer = books.provider.uri("").toString();
        books.provider.metadata(metadata("https://somebody.example", issuer));
        books.applyProviderSpec("issuer: " + issuer);

        books.awaitStalled(
                Reason.ProviderInvalid,
                "names the issuer 'https://somebody.example' instead of '" + issuer + "': set issuer to what");
        books.requestRefresh("1");
        assertServedAndKept(books);

        books.applyProvider(books.provider);
        books.awaitToken(2).awaitNotStalled();
    }

    @Test
    void a_discovery_document_that_was_corrected_is_read_again() {
        world = OperatorWorld.start(folder);
        LiveConnection books = world.connection("books").applied();
        books.awaitToken(1);
        LiveConnection shop = world.connection("shop");
        String issuer = shop.provider.uri("").toString();
        shop.provider.metadata(metadata("https://somebody.example", issuer));
        shop.applyProviderSpec("issuer: " + issuer);
        shop.applyClient("app", LiveConnection.CLIENT_SECRET);
        shop.applySpec("grantType: ClientCredentials");
        shop.awaitStalled(Reason.ProviderInvalid, "somebody.example");

        shop.provider.metadata(metadata(issuer, issuer));
        world.clock.move(Duration.ofSeconds(11));
        shop.nudge();

        shop.awaitToken(1);
    }

    private static String metadata(String issuer, String base) {
        return "{\"issuer\":\"%s\",\"token_endpoint\":\"%s/token\",\"authorization_endpoint\":\"%s/authorize\"}"
                .formatted(issuer, base, base);
    }

    private static void assertServedAndKept(LiveConnection books) {
        assertThat(books.condition("Ready").getStatus()).isEqualTo("True");
        assertThat(books.accessToken()).isEqualTo(books.provider.accessToken(1));
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }
}
