package dev.oauthconnection.consent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.consent.PairingCodes.Presence;
import dev.oauthconnection.delivery.SecretRights;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // the extension injects the client
@EnableKubernetesMockClient(crud = true)
class PairingCodesTest {
    KubernetesClient kubernetes;
    ConsentWorld world;
    PairingCodes codes;

    @BeforeEach
    void connect() {
        world = new ConsentWorld(kubernetes);
        codes = new PairingCodes(kubernetes, SecretRights.LISTED);
    }

    @Test
    void a_code_has_a_hundred_bits_in_five_groups_without_ambiguous_letters() {
        assertThat(PairingCode.random()).matches("([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}");
    }

    @Test
    void a_code_is_accepted_however_it_is_typed() {
        assertThat(PairingCode.matches("0123-4567-89AB-CDEF-1000", " o123 4567–89ab-cdef-iOOo "))
                .isTrue();
        assertThat(PairingCode.matches("0123-4567-89AB-CDEF-1000", "0123-4567-89AB-CDEF-1001"))
                .isFalse();
        assertThat(PairingCode.matches("0123-4567-89AB-CDEF-1000", "")).isFalse();
    }

    @Test
    void the_code_is_in_a_secret_that_the_connection_owns() {
        assertThat(codes.ensure(connection())).isEqualTo(new Presence.Present());

        assertThat(secret().getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> assertThat(
                        owner.getUid())
                .isEqualTo(connection().getMetadata().getUid()));
        assertThat(PairingCode.isStrong(codes.of("finance", "books"))).isTrue();
    }

    @Test
    void a_code_that_is_there_stays() {
        codes.ensure(connection());
        String code = codes.of("finance", "books");
        codes.ensure(connection());

        assertThat(codes.of("finance", "books")).isEqualTo(code);
    }

    @Test
    void a_secret_of_somebody_else_is_left_alone_and_said() {
        kubernetes.resource(foreign()).create();

        assertThat(codes.ensure(connection()))
                .isInstanceOfSatisfying(Presence.Refused.class, refused -> assertThat(refused.message())
                        .contains("finance/books-consent is not the operator's"));
        assertThat(secret().getData()).isEqualTo(foreign().getData());
        assertThat(codes.of("finance", "books")).isNull();
    }

    @Test
    void the_code_of_an_earlier_connection_of_that_name_is_replaced() {
        codes.ensure(connection());
        String earlier = codes.of("finance", "books");
        world.disconnect();
        world.connect(ConsentWorld.SCOPES);

        assertThat(codes.of("finance", "books")).isNull();
        codes.ensure(connection());
        assertThat(codes.of("finance", "books")).isNotNull().isNotEqualTo(earlier);
    }

    private OAuthConnection connection() {
        return kubernetes
                .resources(OAuthConnection.class)
                .inNamespace("finance")
                .withName("books")
                .get();
    }

    private Secret secret() {
        return kubernetes
                .secrets()
                .inNamespace("finance")
                .withName("books-consent")
                .get();
    }

    private static Secret foreign() {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("finance")
                .withName("books-consent")
                .endMetadata()
                .withData(Map.of("code", "Zm9yZWlnbg=="))
                .build();
    }
}
