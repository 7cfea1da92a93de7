package dev.oauthconnection.consent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.consent.Completion.Failed;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenOutcome;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person reads when the answer at the redirect URI is not the one that was asked for. */
@NullUnmarked // the extension injects the client
@EnableKubernetesMockClient(crud = true)
class CallbackErrorsTest {
    KubernetesClient kubernetes;
    ConsentWorld world;

    @BeforeEach
    void connect() {
        world = new ConsentWorld(kubernetes);
    }

    /** What goes wrong between the request and its answer, and what the message then says; nothing may be sent. */
    private record Mishap(String name, Change change, String says) {
        interface Change {
            void in(ConsentWorld world, Map<String, List<String>> response);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Mishap> mishaps() {
        return Stream.of(
                new Mishap("no state", (w, r) -> r.remove("state"), "no consent that is under way"),
                new Mishap("a foreign state", (w, r) -> r.put("state", List.of("foreign")), "not started here"),
                new Mishap(
                        "a state given twice",
                        (w, r) -> r.put("state", List.of(r.get("state").getFirst(), "other")),
                        "no consent that is under way"),
                new Mishap(
                        "an expired state",
                        (w, r) -> w.now = w.now.plus(Duration.ofMinutes(10)),
                        "took longer than 10 minutes"),
                new Mishap("no code", (w, r) -> r.remove("code"), "without a code"),
                new Mishap("no iss where it is announced", (w, r) -> r.remove("iss"), "does not name its issuer"),
                new Mishap(
                        "another iss", (w, r) -> r.put("iss", List.of("https://evil.example")), "names another issuer"),
                new Mishap("access_denied", (w, r) -> error(r, "access_denied"), "declined at the provider"),
                new Mishap("invalid_scope", (w, r) -> error(r, "invalid_scope"), "correct spec.scopes"),
                new Mishap("server_error", (w, r) -> error(r, "server_error"), "try again later"),
                new Mishap("an error nobody knows", (w, r) -> error(r, "interesting"), "It said: interesting"),
                new Mishap("the connection gone", (w, r) -> w.disconnect(), "no OAuthConnection finance/books"),
                new Mishap("the connection made again", (w, r) -> again(w), "deleted and made again"),
                new Mishap("other scopes", (w, r) -> w.change(List.of("payroll")), "the scopes were changed"),
                new Mishap("another client", (w, r) -> w.client = new Client("other", "x"), "the client was changed"));
    }

    private static void error(Map<String, List<String>> response, String error) {
        response.remove("code");
        response.put("error", List.of(error));
    }

    private static void again(ConsentWorld world) {
        world.disconnect();
        world.connect(ConsentWorld.SCOPES);
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void an_answer_that_was_not_asked_for_is_explained_and_its_code_goes_nowhere(Mishap mishap) {
        Begin.Redirect begun = world.begin();
        Map<String, List<String>> response = new HashMap<>(ConsentWorld.granted(begun));
        mishap.change().in(world, response);

        assertThat(world.replica().complete(response, begun.cookieValue()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.message()).contains(mishap.says()));
        assertThat(world.sent).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mishaps")
    void an_answer_that_was_not_asked_for_leaves_a_connection_as_it_was(Mishap mishap) {
        Before before = connected();
        Begin.Redirect begun = world.begin();
        Map<String, List<String>> response = new HashMap<>(ConsentWorld.granted(begun));
        mishap.change().in(world, response);

        world.replica().complete(response, begun.cookieValue());

        assertThat(before()).isEqualTo(before);
        assertThat(world.sent).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void a_code_that_brings_no_token_leaves_a_connection_as_it_was(Answered answered) {
        Before before = connected();
        world.outcome = answered.outcome();
        Begin.Redirect begun = world.begin();

        world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue());

        assertThat(before()).isEqualTo(before);
        assertThat(world.grants.entries()).isEmpty();
    }

    /** What must not change: the grant as it is stored, and the token Secret that pods mount. */
    private record Before(GrantStore.Stored grant, Secret token) {}

    private Before connected() {
        Begin.Redirect begun = world.begin();
        world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue());
        kubernetes
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("finance")
                        .withName("books")
                        .endMetadata()
                        .addToStringData("access_token", "access-1")
                        .build())
                .create();
        return before();
    }

    private Before before() {
        return new Before(
                world.stored(),
                kubernetes.secrets().inNamespace("finance").withName("books").get());
    }

    @Test
    void an_answer_is_used_once() {
        Begin.Redirect begun = world.begin();
        world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue());

        assertThat(world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.message()).contains("used before"));
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void an_error_too_uses_the_attempt_up() {
        Begin.Redirect begun = world.begin();
        Map<String, List<String>> denied =
                Map.of("state", List.of(ConsentWorld.state(begun)), "error", List.of("access_denied"));
        world.replica().complete(denied, begun.cookieValue());

        assertThat(world.attemptSecrets()).isEmpty();
    }

    @Test
    void another_browser_is_refused_and_leaves_the_attempt_to_the_one_that_began() {
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(ConsentWorld.granted(begun), null)).isInstanceOf(Failed.class);
        assertThat(world.replica().complete(ConsentWorld.granted(begun), "wrong"))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.message()).contains("another browser"));
        assertThat(world.sent).isEmpty();
        assertThat(world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
    }

    /** How the token endpoint may fail, and what the message then says. */
    private record Answered(TokenOutcome outcome, String says) {}

    static Stream<Answered> answers() {
        return Stream.of(
                new Answered(new TokenOutcome.Rejected(400, "invalid_grant", "expired"), "invalid_grant, expired"),
                new Answered(new TokenOutcome.Rejected(401, "invalid_client", null), "correct client_id"),
                new Answered(new TokenOutcome.Unavailable("no route", null), "could not be used: no route"),
                new Answered(new TokenOutcome.Ambiguous("an HTML page"), "could not be used: an HTML page"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void a_code_that_brings_no_token_is_explained_and_sent_once(Answered answered) {
        world.outcome = answered.outcome();
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(ConsentWorld.granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.message()).contains(answered.says()));
        assertThat(world.sent).hasSize(1);
        assertThat(world.grants.entries()).isEmpty();
    }
}
