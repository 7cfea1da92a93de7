package dev.oauthconnection.delivery;

import static dev.oauthconnection.delivery.Fixtures.TOKEN;
import static dev.oauthconnection.delivery.Fixtures.books;
import static dev.oauthconnection.delivery.Fixtures.labelled;
import static dev.oauthconnection.delivery.Fixtures.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretDriftTest {
    private static final Secret DELIVERED =
            rendered(books(labelled(Map.of("team", "finance"), Map.of("note", "a"))), TOKEN);

    static Stream<Arguments> edits() {
        return Stream.of(
                edit("nothing", false, secret -> secret),
                edit("a value", true, secret -> secret.addToData("access_token", "ZWRpdGVk")),
                edit("a key removed", true, secret -> secret.removeFromData("scope")),
                edit("a key added", true, secret -> secret.addToData("other", "YQ==")),
                edit("all data removed", true, secret -> secret.withData(null)),
                edit("the type", true, secret -> secret.withType("example.com/other")),
                edit("a label of ours", true, secret -> meta(secret, Map.of("team", "sales"), Map.of())),
                edit("an annotation of ours", true, secret -> meta(secret, Map.of(), Map.of("note", "b"))),
                edit("the mark", true, secret -> meta(secret, Map.of(), Map.of(Names.MARK, "g1/6"))),
                edit("the digest", true, secret -> meta(secret, Map.of(), Map.of(Names.CONTENT, "{}"))),
                edit("the digest, not JSON", true, secret -> meta(secret, Map.of(), Map.of(Names.CONTENT, "x"))),
                edit("a label of somebody else", false, secret -> meta(secret, Map.of("backup", "yes"), Map.of())),
                edit("an annotation of somebody else", false, secret -> meta(secret, Map.of(), Map.of("seen", "1"))));
    }

    @ParameterizedTest(name = "{0}: drift {1}")
    @MethodSource("edits")
    void drift_is_seen_on_the_whole_and_on_the_reduced_secret(String what, boolean drift, Secret edited) {
        assertThat(TokenSecrets.drifted(edited)).isEqualTo(drift);
        assertThat(TokenSecrets.drifted(TokenSecrets.reduce(edited))).isEqualTo(drift);
    }

    @Test
    void a_reduced_secret_holds_no_value() {
        Secret applied = new SecretBuilder(DELIVERED)
                .editMetadata()
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{data: access-1}")
                .addNewManagedField()
                .withManager("kubectl")
                .endManagedField()
                .endMetadata()
                .build();
        Secret reduced = TokenSecrets.reduce(applied);
        assertThat(reduced.getData().values()).allMatch(value -> value.matches("sha256:[0-9a-f]{64}"));
        assertThat(reduced.toString()).doesNotContain("access-1", "kubectl");
        assertThat(reduced.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void a_reduced_secret_reduced_again_is_the_same() {
        Secret reduced = TokenSecrets.reduce(DELIVERED);
        assertThat(TokenSecrets.reduce(reduced)).isEqualTo(reduced);
    }

    private static Arguments edit(String what, boolean drift, UnaryOperator<SecretBuilder> edit) {
        return Arguments.of(
                what, drift, edit.apply(new SecretBuilder(DELIVERED)).build());
    }

    private static SecretBuilder meta(
            SecretBuilder secret, Map<String, String> labels, Map<String, String> annotations) {
        return secret.editMetadata()
                .addToLabels(labels)
                .addToAnnotations(annotations)
                .endMetadata();
    }

    @Test
    void a_delivered_secret_has_a_version_of_sixteen_digits() {
        assertThat(TokenSecrets.version(DELIVERED))
                .hasValueSatisfying(version -> assertThat(version).matches("[0-9a-f]{16}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcde",
                "0123456789ABCDEF",
                "0123456789abcde\n",
                "x\",\"a\":\"",
                "0123\",\"other\":\"12345",
                "books=0123456789abcdef"
            })
    void a_digest_that_somebody_made_up_is_no_version(String digest) throws JsonProcessingException {
        Map<String, Object> content = Map.of("sha256", digest, "labels", List.of(), "annotations", List.of());
        Secret edited = meta(
                        new SecretBuilder(DELIVERED),
                        Map.of(),
                        Map.of(Names.CONTENT, new ObjectMapper().writeValueAsString(content)))
                .build();
        assertThat(TokenSecrets.version(edited)).isEmpty();
    }
}
