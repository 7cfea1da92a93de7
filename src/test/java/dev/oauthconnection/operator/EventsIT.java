package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.LiveConnection.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What `kubectl get events` tells the author of a connection, each thing once. */
class EventsIT extends OnOperatorWorld {
    private static final String AGAIN = "it works again: the token is refreshed";

    private void awaitEvent(Reason reason, String part) {
        soon().untilAsserted(() -> assertThat(books.events(reason)).anyMatch(said -> said.contains(part)));
    }

    /** Lets time pass, and has the operator look at once and not when its timers say. */
    private void pass(Duration time) {
        world.clock.move(time);
        books.nudge();
    }

    @Test
    void that_a_consent_is_needed_is_told_once() {
        books.awaitingConsent();
        awaitEvent(Reason.AwaitingConsent, "open status.consent.url");
        books.nudge();
        assertThat(books.events(Reason.AwaitingConsent)).hasSize(1);
    }

    @Test
    void the_first_token_is_told_and_a_routine_refresh_is_not() {
        books.connected();
        books.awaitReady();
        awaitEvent(Reason.TokenCurrent, "a token is published in the Secret books, valid until");
        pass(Duration.ofMinutes(50));
        books.awaitToken(2);
        books.awaitCondition("Ready", "True", Reason.TokenCurrent, "valid until");
        assertThat(books.events(Reason.TokenCurrent)).hasSize(1);
    }

    @Test
    void a_provider_that_fails_is_told_at_the_third_failure_and_that_it_works_again_too() {
        books.connected();
        books.awaitReady();
        books.provider.always("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        pass(Duration.ofMinutes(50));
        for (int failure = 1; failure <= 3; failure++) {
            String times = "result=\"Failed\"} " + failure + ".0";
            soon().untilAsserted(() -> assertThat(world.registry.scrape())
                    .containsPattern("provider_requests_total.*" + java.util.regex.Pattern.quote(times)));
            assertThat(books.events(Reason.ProviderUnavailable).isEmpty() || failure == 3)
                    .isTrue();
            pass(Duration.ofSeconds(10));
        }
        awaitEvent(Reason.ProviderUnavailable, "the refresh has failed 3 times in a row");
        books.provider.repaired();
        pass(Duration.ofMinutes(1));
        awaitEvent(Reason.TokenCurrent, AGAIN);
        assertThat(books.events(Reason.ProviderUnavailable)).hasSize(1);
    }

    @Test
    void a_token_that_lapses_is_told_with_the_reason_and_so_is_the_next_one() {
        books.connected();
        books.awaitReady();
        books.provider.always("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        pass(Duration.ofMinutes(61));
        awaitEvent(Reason.ProviderUnavailable, "the published token has lapsed: ");
        books.provider.repaired();
        pass(Duration.ofMinutes(6));
        awaitEvent(Reason.TokenCurrent, AGAIN);
    }

    @Test
    void who_corrected_what_was_wrong_is_told_that_it_works_again() {
        books.applied();
        books.awaitToken(1);
        books.awaitReady();
        books.applySpec(
                "grantType: AuthorizationCode\nexistingGrant: {secretRef: {name: books-existing}}\nscopes: [more]");
        books.awaitStalled(Reason.ConsentRequired, "");
        books.applySpec("grantType: AuthorizationCode\nexistingGrant: {secretRef: {name: books-existing}}");
        awaitEvent(Reason.TokenCurrent, AGAIN);
    }
}
