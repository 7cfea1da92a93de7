package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.testing.Authority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider whose certificates a private authority issues, at an address that an admin allowed: as in a company's network. */
class CaBundleIT {
    private static final String IN_CONFIG_MAP = "caBundle: {configMapRef: {namespace: default, name: corp-ca}}";

    @TempDir
    Path folder;

    private final Authority authority = new Authority();
    private OperatorWorld world;
    private LiveConnection books;

    @BeforeEach
    void start() {
        world = OperatorWorld.start(folder, new Configuration.Network(false, List.of("127.0.0.0/8")));
        books = world.connection("books", authority.listener("127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    /** A connection of client credentials at the provider, which is discovered. */
    private void apply(String bundle) {
        String issuer = books.provider.uri("").toString();
        books.provider.metadata(
                "{\"issuer\":\"%1$s\",\"token_endpoint\":\"%1$s/token\",\"revocation_endpoint\":\"%1$s/revoke\"}"
                        .formatted(issuer));
        books.applyProviderSpec("issuer: " + issuer + "\n" + bundle);
        books.applyClient("app", LiveConnection.CLIENT_SECRET);
        books.applySpec("grantType: ClientCredentials");
    }

    private void configMap(String pem) {
        world.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: corp-ca, namespace: default}
                data:
                  ca.crt: |
                """ + pem.indent(4));
    }

    private void later() {
        world.clock.move(Duration.ofSeconds(31));
        books.nudge();
    }

    @Test
    void a_bundle_in_a_config_map_is_believed_by_discovery_tokens_and_revocations() {
        configMap(authority.pem());
        apply(IN_CONFIG_MAP);
        books.awaitToken(1);
        books.annotate(Names.REVOKE_REQUESTED, "1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.revocations()).hasSize(1));
    }

    @Test
    void a_bundle_may_be_in_a_secret_under_a_key_of_its_own() {
        world.secret("corp-ca", Map.of("root.pem", authority.pem()));
        apply("caBundle: {secretRef: {namespace: default, name: corp-ca, key: root.pem}}");
        books.awaitToken(1);
    }

    @Test
    void without_the_bundle_nothing_is_sent_and_the_message_names_the_field() {
        apply("");
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, "set caBundle of the provider");
        assertThat(books.provider.requests()).isEmpty();
    }

    @Test
    void a_missing_bundle_is_explained_and_used_once_it_is_there() {
        apply(IN_CONFIG_MAP);
        books.awaitStalled(
                Reason.ProviderInvalid,
                "Provider 'books': caBundle: the ConfigMap corp-ca in namespace default with the key ca.crt is not there: create it.");

        configMap(authority.pem());
        later();

        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_malformed_bundle_is_explained_and_used_once_it_is_corrected() {
        configMap("nonsense\n");
        apply(IN_CONFIG_MAP);
        books.awaitStalled(
                Reason.ProviderInvalid,
                "caBundle: the key ca.crt of the ConfigMap corp-ca in namespace default holds no certificates that can be read");

        configMap(authority.pem());
        later();

        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_bundle_that_the_operator_may_not_read_names_the_right() {
        configMap(authority.pem());
        world.api.refuse("GET", "/configmaps/corp-ca", 403);
        apply(IN_CONFIG_MAP);
        books.awaitStalled(
                Reason.ProviderInvalid,
                "the operator may not read the ConfigMap corp-ca in namespace default: give its service account the right to get configmaps there");

        world.api.repaired();
        later();

        books.awaitToken(1).awaitNotStalled();
    }

    @Test
    void a_bundle_that_was_changed_is_picked_up() {
        configMap(new Authority().pem());
        apply(IN_CONFIG_MAP);
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, "TLS with 127.0.0.1 failed");

        configMap(authority.pem());
        later();

        books.awaitToken(1);
    }

    @Test
    void a_bundle_that_cannot_be_read_for_a_while_is_believed_as_it_was() {
        configMap(authority.pem());
        apply(IN_CONFIG_MAP);
        books.awaitToken(1).awaitReady();

        world.api.refuse("GET", "/configmaps/corp-ca", 401);
        world.clock.move(Duration.ofSeconds(31));
        books.requestRefresh("1");

        books.awaitToken(2);
        assertThat(world.api.refused()).isNotEmpty();
    }

    @Test
    void a_bundle_that_could_never_be_read_is_waited_for() {
        configMap(authority.pem());
        world.api.refuse("GET", "/configmaps/corp-ca", 401);
        apply(IN_CONFIG_MAP);
        books.awaitCondition("Ready", "False", Reason.ProviderUnavailable, "cannot be read right now (HTTP 401)");

        world.api.repaired();
        later();

        books.awaitToken(1);
    }
}
