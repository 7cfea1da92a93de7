package dev.oauthconnection.consent;

import static dev.oauthconnection.consent.ConsentWorld.granted;
import static dev.oauthconnection.consent.ConsentWorld.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.GrantStore.StoreUnavailable;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.IdTokens;
import dev.oauthconnection.oauth.Pkce;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
@EnableKubernetesMockClient(crud = true)
class ConsentServiceTest {
    KubernetesMockServer server;
    KubernetesClient kubernetes;
    ConsentWorld world;

    @BeforeEach
    void connect() {
        world = new ConsentWorld(kubernetes);
    }

    @Test
    void the_browser_is_sent_to_the_provider_with_a_proof_key_state_and_nonce() {
        Map<String, String> request = query(world.begin().authorizationRequest());

        assertThat(request)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "acme-app")
                .containsEntry("redirect_uri", "https://connect.example/callback")
                .containsEntry("scope", "openid offline_access invoices")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("prompt", "consent");
        assertThat(request.get("state")).hasSize(43);
        assertThat(request.get("nonce")).hasSize(43);
    }

    @Test
    void an_attempt_is_a_labelled_secret_that_knows_state_and_cookie_as_hashes_alone() {
        Begin.Redirect begun = world.begin();

        assertThat(world.attemptSecrets()).singleElement().satisfies(secret -> {
            String stored =
                    new String(Base64.getDecoder().decode(secret.getData().get("attempt")), StandardCharsets.UTF_8);
            assertThat(secret.getMetadata().getLabels()).containsEntry(Names.MANAGED_BY, Names.MANAGER);
            assertThat(stored + secret.getMetadata()).doesNotContain(ConsentWorld.state(begun), begun.cookieValue());
        });
    }

    @Test
    void the_code_becomes_the_connections_grant() {
        Begin.Redirect begun = world.begin();

        Completion completion = world.replica().complete(granted(begun), begun.cookieValue());

        assertThat(completion).isEqualTo(new Completion.Granted("finance", "books", List.of()));
        assertThat(world.grant().candidates().getFirst().token()).isEqualTo("refresh-1");
        assertThat(world.grant().requestedScopes()).isEqualTo(ConsentWorld.SCOPES);
        assertThat(world.grants.entries()).isEmpty();
    }

    @Test
    void the_code_is_sent_with_the_verifier_of_its_challenge_and_the_same_redirect_uri() {
        Begin.Redirect begun = world.begin();
        world.replica().complete(granted(begun), begun.cookieValue());

        Map<String, String> form = world.sent.getFirst().parameters();
        assertThat(form)
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("code", "code-1")
                .containsEntry("redirect_uri", "https://connect.example/callback");
        assertThat(new Pkce(form.get("code_verifier")).challenge())
                .isEqualTo(query(begun.authorizationRequest()).get("code_challenge"));
    }

    @Test
    void the_nonce_of_the_id_token_is_the_one_of_the_request() {
        Begin.Redirect begun = world.begin();
        String nonce = query(begun.authorizationRequest()).get("nonce");
        world.idToken = given -> nonce.equals(given)
                ? new IdTokens.Result.Valid("director")
                : new IdTokens.Result.Invalid("another nonce");

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
    }

    @Test
    void a_client_secret_that_changed_meanwhile_is_the_one_that_is_used() {
        Begin.Redirect begun = world.begin();
        world.client = new Client("acme-app", "changed");
        world.replica().complete(granted(begun), begun.cookieValue());

        assertThat(world.sent.getFirst().client().secret()).isEqualTo("changed");
    }

    @Test
    void of_two_callbacks_with_one_state_a_single_one_is_exchanged() {
        Begin.Redirect begun = world.begin();
        ConsentService one = world.replica();
        ConsentService other = world.replica();
        Completion[] second = new Completion[1];
        world.duringExchange = () -> second[0] = other.complete(granted(begun), begun.cookieValue());

        assertThat(one.complete(granted(begun), begun.cookieValue())).isInstanceOf(Completion.Granted.class);
        assertThat(second[0]).isInstanceOf(Completion.Failed.class);
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void of_many_callbacks_at_the_same_moment_a_single_one_is_exchanged() throws Exception {
        Begin.Redirect begun = world.begin();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Completion>> callbacks = new ArrayList<>();
        try (ExecutorService replicas = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                ConsentService replica = world.replica();
                callbacks.add(replicas.submit(() -> {
                    start.await();
                    return replica.complete(granted(begun), begun.cookieValue());
                }));
            }
            start.countDown();
        }

        assertThat(callbacks)
                .filteredOn(callback -> callback.resultNow() instanceof Completion.Granted)
                .hasSize(1);
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void an_attempt_that_two_replicas_have_read_is_consumed_by_one() {
        Begin.Redirect begun = world.begin();
        Attempts.Stored one = world.attempts().find(ConsentWorld.state(begun));
        Attempts.Stored other = world.attempts().find(ConsentWorld.state(begun));

        assertThat(world.attempts().consume(one)).isTrue();
        assertThat(world.attempts().consume(other)).isFalse();
    }

    @Test
    void of_two_consents_the_first_commit_wins_and_the_second_is_forgotten_with_an_event() {
        Begin.Redirect first = world.begin();
        Begin.Redirect second = world.begin();
        world.duringExchange = () -> {
            world.duringExchange = () -> {};
            world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("refresh-of-the-first"));
            world.replica().complete(granted(first), first.cookieValue());
            world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("refresh-of-the-second"));
        };

        assertThat(world.replica().complete(granted(second), second.cookieValue()))
                .isInstanceOfSatisfying(Completion.Failed.class, failed -> assertThat(failed.title())
                        .isEqualTo("Another consent was first"));
        assertThat(world.grant().candidates().getFirst().token()).isEqualTo("refresh-of-the-first");
        assertThat(world.revoked).isEmpty();
        assertThat(world.events()).anyMatch(message -> message.contains("forgotten, not revoked"));
    }

    @Test
    void the_loser_is_revoked_where_a_revocation_ends_the_token_alone() {
        world.provider = ConsentWorld.provider(true, RevocationEnds.Token);
        Begin.Redirect first = world.begin();
        Begin.Redirect second = world.begin();
        world.duringExchange = () -> {
            world.duringExchange = () -> {};
            world.replica().complete(granted(first), first.cookieValue());
            world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("late"));
        };
        world.replica().complete(granted(second), second.cookieValue());

        assertThat(world.revoked).containsExactly("late");
        assertThat(world.events()).anyMatch(message -> message.contains("was revoked"));
    }

    @Test
    void the_first_commit_deletes_the_other_attempts_of_the_connection() {
        Begin.Redirect begun = world.begin();
        world.begin();
        world.replica().complete(granted(begun), begun.cookieValue());

        assertThat(world.attemptSecrets()).isEmpty();
    }

    @Test
    void a_consent_replaces_the_grant_that_was_there_when_it_began() {
        Begin.Redirect first = world.begin();
        world.replica().complete(granted(first), first.cookieValue());
        world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("refresh-2"));
        Begin.Redirect second = world.begin();

        assertThat(world.replica().complete(granted(second), second.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
        assertThat(world.grant().candidates().getFirst().token()).isEqualTo("refresh-2");
    }

    @Test
    void an_id_token_of_another_request_leaves_no_grant() {
        world.idToken = nonce -> new IdTokens.Result.Invalid("The ID token is not valid: its nonce is another one.");
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Failed.class, failed -> assertThat(failed.message())
                        .contains("its nonce is another one"));
        assertThat(world.grants.entries()).isEmpty();
        assertThat(world.events()).anyMatch(message -> message.contains("forgotten, not revoked"));
    }

    @Test
    void an_unwanted_answer_whose_revocation_fails_stays_in_the_journal_and_never_becomes_a_grant() {
        world.provider = ConsentWorld.provider(true, RevocationEnds.Token);
        world.revocation = new Revocation.Outcome.Failed("the revocation endpoint answered 503");
        world.idToken = nonce -> new IdTokens.Result.Invalid("The ID token is not valid: its nonce is another one.");
        Begin.Redirect begun = world.begin();
        world.replica().complete(granted(begun), begun.cookieValue());

        assertThat(world.events()).anyMatch(message -> message.contains("answered 503; it is tried again"));
        assertThat(world.grants.entries()).singleElement().satisfies(entry -> assertThat(
                        world.grants.redemption().commit(entry))
                .isEqualTo(new Outcome.Late(entry)));
        assertThat(world.grants.read(world.grants.entries().getFirst().key())).isEmpty();
    }

    @Test
    void a_late_consent_whose_revocation_fails_stays_in_the_journal() {
        world.provider = ConsentWorld.provider(true, RevocationEnds.Token);
        world.revocation = new Revocation.Outcome.Failed("the revocation endpoint answered 503");
        Begin.Redirect first = world.begin();
        Begin.Redirect second = world.begin();
        world.duringExchange = () -> {
            world.duringExchange = () -> {};
            world.replica().complete(granted(first), first.cookieValue());
            world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("late"));
        };
        world.replica().complete(granted(second), second.cookieValue());

        assertThat(world.grants.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.answer().refreshToken()).isEqualTo("late"));
    }

    @Test
    void an_exchange_is_under_way_until_its_answer_is_stored() {
        Begin.Redirect begun = world.begin();
        List<String> seen = new ArrayList<>();
        world.duringExchange = () -> seen.addAll(world.underWay);
        world.idToken = nonce -> {
            seen.addAll(world.underWay);
            return new IdTokens.Result.Valid("director");
        };
        world.replica().complete(granted(begun), begun.cookieValue());

        String grantId = world.grant().id();
        assertThat(seen).containsExactly(grantId, grantId);
        assertThat(world.underWay).isEmpty();
    }

    @Test
    void a_process_that_is_to_stop_leaves_the_answer_to_another_replica() {
        Begin.Redirect begun = world.begin();
        world.stopping = true;
        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Failed.class, failed -> assertThat(failed.message())
                        .contains("Reload this page"));
        assertThat(world.sent).isEmpty();

        world.stopping = false;
        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
    }

    @Test
    void an_api_server_that_fails_once_the_code_is_sent_does_not_cost_the_answer() {
        Begin.Redirect begun = world.begin();
        world.duringExchange = () -> {
            world.grants.surroundingsUnavailable = true;
            world.grants.refusesWrites = true;
        };

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
        assertThat(world.grants.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.answer().refreshToken()).isEqualTo("refresh-1"));
    }

    @Test
    void an_api_server_that_fails_before_leaves_the_code_unsent() {
        Begin.Redirect begun = world.begin();
        world.grants.surroundingsUnavailable = true;

        assertThatThrownBy(() -> world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOf(StoreUnavailable.class);
        assertThat(world.sent).isEmpty();
    }

    @Test
    void the_answer_is_in_the_journal_before_its_id_token_is_looked_at_and_that_is_not_believed_yet() {
        Begin.Redirect begun = world.begin();
        List<JournalEntry> kept = new ArrayList<>();
        world.idToken = nonce -> {
            kept.addAll(world.grants.entries());
            return new IdTokens.Result.Valid("director");
        };
        world.replica().complete(granted(begun), begun.cookieValue());

        assertThat(kept).singleElement().satisfies(entry -> {
            assertThat(entry.answer().refreshToken()).isEqualTo("refresh-1");
            assertThat(entry.base().answer().idToken()).isNull();
        });
        assertThat(world.grant().answer().idToken()).isEqualTo("id.to.ken");
        assertThat(world.grant().answer().subject()).isEqualTo("director");
    }

    @Test
    void an_id_token_that_cannot_be_checked_is_left_out_and_costs_no_grant() {
        world.idToken = nonce -> new IdTokens.Result.KeysUnavailable("The ID token cannot be validated: HTTP 503");
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Granted.class, done -> assertThat(done.notes())
                        .anyMatch(note -> note.contains("HTTP 503. It was left out")));
        assertThat(world.grant().candidates().getFirst().token()).isEqualTo("refresh-1");
        assertThat(world.grant().answer().idToken()).isNull();
        assertThat(world.revoked).isEmpty();
    }

    @Test
    void an_id_token_of_a_provider_without_an_issuer_is_left_out_and_that_is_said() {
        world.provider = ConsentWorld.provider(null, false, RevocationEnds.Token, null);
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Granted.class, done -> assertThat(done.notes())
                        .anyMatch(note -> note.contains("has no issuer (spec.issuer)")));
        assertThat(world.grant().answer().idToken()).isNull();
    }

    @Test
    void a_grant_that_cannot_be_stored_yet_stays_in_the_journal_and_the_person_is_told() {
        world.grants.refusesWrites = true;
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Granted.class, done -> assertThat(done.notes())
                        .anyMatch(note -> note.contains("the quota is used up")));
        assertThat(world.grants.entries()).hasSize(1);
    }

    @Test
    void scopes_that_the_provider_did_not_grant_and_a_missing_refresh_token_are_said() {
        world.outcome = new TokenOutcome.Granted(
                new TokenAnswer("access-1", "Bearer", Duration.ofHours(1), null, List.of("openid"), null));
        Begin.Redirect begun = world.begin();

        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOfSatisfying(Completion.Granted.class, done -> assertThat(done.notes())
                        .anyMatch(note -> note.contains("no refresh token"))
                        .anyMatch(note -> note.contains("offline_access invoices")));
    }

    @Test
    void a_connection_keeps_at_most_five_open_attempts() {
        for (int i = 0; i < 8; i++) {
            world.now = world.now.plusSeconds(1);
            world.begin();
        }

        assertThat(world.attemptSecrets()).hasSize(Attempts.OPEN_PER_CONNECTION);
    }

    @Test
    void the_sweep_deletes_what_has_expired() {
        world.begin();
        world.now = world.now.plus(Duration.ofMinutes(6));
        world.begin();
        world.now = world.now.plus(Duration.ofMinutes(5));
        world.attempts().sweep();

        assertThat(world.attemptSecrets()).hasSize(1);
    }

    @Test
    void the_sweep_asks_for_nothing_once_no_attempt_is_open() {
        Attempts attempts = world.attempts();
        world.begin();
        attempts.sweep();
        assertThat(world.attemptSecrets()).hasSize(1);
        world.now = world.now.plus(Duration.ofMinutes(11));
        attempts.sweep();
        assertThat(world.attemptSecrets()).isEmpty();

        attempts.sweep();
        int asked = server.getRequestCount();
        attempts.sweep();

        assertThat(server.getRequestCount()).isEqualTo(asked);
    }

    @Test
    void a_connection_that_is_not_there_is_refused() {
        assertThat(world.replica().begin("finance", "nothing")).isInstanceOfSatisfying(Begin.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.Deleting);
            assertThat(refused.message()).contains("no OAuthConnection finance/nothing");
        });
    }

    @Test
    void a_consent_whose_id_token_could_not_be_checked_does_not_begin() {
        world.provider = ConsentWorld.provider(true, RevocationEnds.Token, null);

        assertThat(world.replica().begin("finance", "books")).isInstanceOfSatisfying(Begin.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.ProviderUnavailable);
            assertThat(refused.message()).contains("try again in a minute");
        });
    }

    @Test
    void nothing_that_is_kept_shows_its_secrets_as_text() {
        Begin.Redirect begun = world.begin();
        Attempts.Stored stored = world.attempts().find(ConsentWorld.state(begun));

        assertThat(begun + " " + stored + " " + AuthorizationResponse.read(granted(begun)))
                .doesNotContain(
                        begun.cookieValue(),
                        ConsentWorld.state(begun),
                        stored.attempt().codeVerifier(),
                        stored.attempt().nonce(),
                        "code-1");
    }
}
