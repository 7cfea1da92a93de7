package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.local.http.Http;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenServerActionsTest {
    private final TokenServerRig rig = new TokenServerRig().start();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void a_refresh_answers_with_the_new_token() {
        rig.connected();
        try (var operator = new PlayedOperator(rig, (annotation, value) -> {
            assertThat(annotation).isEqualTo(Names.REFRESH_REQUESTED);
            rig.publish("access-2", Duration.ofMinutes(30));
            rig.status(Reason.TokenCurrent, "True", value, null);
        })) {
            assertThat(rig.json(rig.to("/refresh").get()).path("accessToken").asText())
                    .isEqualTo("access-2");
        }
    }

    @Test
    void every_refresh_asks_anew() {
        rig.connected();
        try (var operator = new PlayedOperator(rig, (annotation, value) -> {
            rig.publish("access-" + value, Duration.ofMinutes(30));
            rig.status(Reason.TokenCurrent, "True", value, null);
        })) {
            String first = rig.to("/refresh").post(Http.form()).body();
            String second = rig.to("/refresh").post(Http.form()).body();
            assertThat(second).contains("accessToken").isNotEqualTo(first);
        }
    }

    @Test
    void a_refresh_that_brought_no_new_token_is_an_error() {
        rig.connected();
        try (var operator =
                new PlayedOperator(rig, (annotation, value) -> rig.status(Reason.TokenCurrent, "True", value, null))) {
            Http.Answer answer = rig.to("/refresh").get();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("not_refreshed").doesNotContain("access-1");
        }
    }

    @Test
    void a_refresh_that_the_provider_refuses_says_where_to_consent() {
        rig.connected();
        try (var operator =
                new PlayedOperator(rig, (annotation, value) -> rig.status(Reason.GrantRefused, "False", null, null))) {
            Http.Answer answer = rig.to("/refresh").get();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains(Reason.GrantRefused.meaning(), rig.url("/home"));
        }
    }

    @Test
    void a_failure_from_before_does_not_answer_a_refresh() {
        rig.connected();
        rig.status(Reason.GrantRefused, "False", "earlier", null);
        try (var operator = new PlayedOperator(rig, (annotation, value) -> {
            rig.publish("access-2", Duration.ofMinutes(30));
            rig.status(Reason.TokenCurrent, "True", value, null);
        })) {
            assertThat(rig.json(rig.to("/refresh").get()).path("accessToken").asText())
                    .isEqualTo("access-2");
        }
    }

    @Test
    void a_failure_from_before_that_lasts_is_told_in_the_end() {
        rig.connected();
        rig.status(Reason.ClientSecretNotFound, "False", null, null);
        Http.Answer answer = rig.to("/refresh").get();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains(Reason.ClientSecretNotFound.meaning());
    }

    @Test
    void a_refresh_that_takes_too_long_says_so() {
        rig.connected();
        assertThat(rig.to("/refresh").get().status()).isEqualTo(504);
    }

    @Test
    void the_tenants_are_the_providers_array() {
        rig.connected();
        Http.Answer answer = rig.to("/tenants").get();
        assertThat(rig.json(answer).path(0).path("tenantId").asText()).isEqualTo("t-1");
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(rig.tokensShownToAccounts).containsExactly("access-1");
    }

    @Test
    void without_a_token_nobody_asks_for_tenants() {
        rig.store();
        assertThat(rig.to("/tenants").get().status()).isEqualTo(503);
        assertThat(rig.tokensShownToAccounts).isEmpty();
    }

    @Test
    void tenants_that_the_provider_does_not_tell_are_a_502() {
        rig.connected();
        rig.accounts = new Ports.Accounts.Result.Failed("this provider lists no accounts");
        Http.Answer answer = rig.to("/tenants").get();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("this provider lists no accounts");
    }

    @Test
    void a_revocation_waits_until_it_is_confirmed() {
        rig.connected();
        try (var operator =
                new PlayedOperator(rig, (annotation, value) -> rig.status(Reason.Revoked, "False", null, value))) {
            assertThat(rig.json(rig.to("/revoke").get()).path("revoked").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void a_revocation_that_is_not_confirmed_says_that_it_goes_on() {
        rig.connected();
        Http.Answer answer = rig.to("/revoke").post(Http.form());
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.body()).contains("repeated until the provider confirms");
    }

    @Test
    void an_older_revocation_does_not_pass_for_a_new_one() {
        rig.connected();
        rig.status(Reason.TokenCurrent, "True", null, "an-older-request");
        assertThat(rig.to("/revoke").get().status()).isEqualTo(504);
    }

    @Test
    void where_there_is_no_grant_nothing_is_revoked() {
        rig.store();
        assertThat(rig.to("/revoke").get().status()).isEqualTo(200);
        assertThat(rig.connection().getMetadata().getAnnotations()).isNullOrEmpty();
    }

    @Test
    void a_logout_revokes_and_forgets_the_client() {
        rig.connected();
        try (var operator =
                new PlayedOperator(rig, (annotation, value) -> rig.status(Reason.Revoked, "False", null, value))) {
            assertThat(rig.to("/logout").get().status()).isEqualTo(200);
        }
        assertThat(rig.find()).isNull();
        assertThat(rig.kubernetes
                        .secrets()
                        .inNamespace("default")
                        .withName("local-client")
                        .get())
                .isNull();
    }

    @Test
    void a_logout_whose_revocation_is_not_confirmed_keeps_the_client_that_it_needs() {
        rig.connected();
        assertThat(rig.to("/logout").get().status()).isEqualTo(504);
        assertThat(rig.find()).isNotNull();
    }
}
