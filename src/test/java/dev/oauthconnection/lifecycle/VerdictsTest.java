package dev.oauthconnection.lifecycle;

import static dev.oauthconnection.lifecycle.Situation.EPOCH;
import static dev.oauthconnection.lifecycle.Situation.FENCE;
import static dev.oauthconnection.lifecycle.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Doubt;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent.Ended;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.testing.Kstatus;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user is told. What Git tools make of it is shown in {@code GitToolsTest}, of these same situations. */
public class VerdictsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One row: the situation, and Ready, its reason, the reason of Stalled ("-" for none), and how kstatus reads it. */
    public record Row(
            String situation, Consumer<Situation> so, Ready ready, Reason reason, String stalled, Kstatus kstatus) {
        /** The connection in that situation. */
        public Situation arranged() {
            Situation arranged = new Situation();
            so.accept(arranged);
            return arranged;
        }

        @Override
        public String toString() {
            return situation + " -> " + ready + " " + reason + ", stalled " + stalled + ", " + kstatus;
        }
    }

    private static Row current(String situation, Consumer<Situation> so) {
        return new Row(situation, so, Ready.True, Reason.TokenCurrent, "-", Kstatus.Current);
    }

    private static Row inProgress(String situation, Ready ready, Reason reason, Consumer<Situation> so) {
        return new Row(situation, so, ready, reason, "-", Kstatus.InProgress);
    }

    /** Stalled beside a token that is still valid. */
    private static Row failedSoon(String situation, Reason stalled, Consumer<Situation> so) {
        return new Row(situation, so, Ready.True, Reason.TokenCurrent, stalled.name(), Kstatus.Failed);
    }

    private static Row failed(String situation, Reason reason, Consumer<Situation> so) {
        return new Row(situation, so, Ready.False, reason, reason.name(), Kstatus.Failed);
    }

    /** Each situation; that Git tools read it as the row says is shown of the status that is written. */
    public static Stream<Row> rows() {
        return Stream.of(wellOrPassing(), forPersons()).flatMap(List::stream);
    }

    private static List<Row> wellOrPassing() {
        ProviderResolution unreachable = new ProviderResolution.Unreachable("down");
        return List.of(
                current("not due", s -> {}),
                current("backing off", s -> s.due().failing(Reason.ProviderUnavailable, false, MINUTE)),
                current(
                        "somebody else was faster",
                        s -> s.due().retry = new Retry(1, NOW.plus(MINUTE), null, Situation.INPUTS)),
                current("so many refreshes are under way that this one waits", s -> {
                    s.due().circuitPause = MINUTE;
                    s.issuerFailing = false;
                }),
                current(
                        "the client's Secret cannot be read right now",
                        s -> s.client = new ClientResolution.Unreadable("the API server did not answer")),
                current("provider unreachable", s -> s.provider = unreachable),
                current("another process at work", s -> s.armed(null, null)),
                current("scopes in another order", s -> s.scopes = List.of("write", "read")),
                current("suspended", s -> s.suspended = true),
                current("suspended with a request", s -> {
                    s.suspended = true;
                    s.refreshRequest = "now";
                }),
                current("a new token is not delivered yet", s -> {
                    s.undelivered(Reason.DeliveryFailed, false, MINUTE);
                    s.token = s.view(EPOCH - 1, true);
                }),
                inProgress("first consent", Ready.False, Reason.AwaitingConsent, Situation::first),
                inProgress(
                        "first token, provider unreachable",
                        Ready.False,
                        Reason.ProviderUnavailable,
                        s -> s.first().provider = unreachable),
                inProgress("first token, backing off", Ready.False, Reason.ProviderUnavailable, s -> s.unanswered()
                        .failing(Reason.ProviderUnavailable, false, MINUTE)),
                inProgress(
                        "suspended before the first token",
                        Ready.False,
                        Reason.Suspended,
                        s -> s.first().suspended = true),
                inProgress("lapsed, backing off", Ready.False, Reason.ProviderUnavailable, s -> s.lapsed()
                        .failing(Reason.ProviderUnavailable, false, MINUTE)),
                inProgress("a requested refresh, backing off", Ready.True, Reason.TokenCurrent, s -> {
                    s.refreshRequest = "now";
                    s.failing(Reason.ProviderUnavailable, false, MINUTE);
                }),
                inProgress("a requested refresh, somebody else was faster", Ready.True, Reason.TokenCurrent, s -> {
                    s.refreshRequest = "now";
                    s.retry = new Retry(1, NOW.plus(MINUTE), null, Situation.INPUTS);
                }),
                inProgress("a revocation not confirmed", Ready.True, Reason.TokenCurrent, s -> {
                    s.revocation = new PendingRevocation("now", NOW, null);
                    s.failing(Reason.Progressing, false, MINUTE);
                }),
                inProgress(
                        "an edit not delivered",
                        Ready.True,
                        Reason.TokenCurrent,
                        s -> s.undelivered(Reason.DeliveryFailed, false, MINUTE)),
                inProgress("the grant is gone", Ready.True, Reason.TokenCurrent, s -> s.granted = false),
                inProgress(
                        "a refresh that ends the token, not known how it ended",
                        Ready.Unknown,
                        Reason.RedemptionUncertain,
                        s -> s.armed(null, null).endsAccessToken = true));
    }

    private static List<Row> forPersons() {
        Binding elsewhere = new Binding(
                "https://x.example", URI.create("https://x.example/t"), null, "app", ClientAuthentication.Basic);
        ProviderResolution notFound = new ProviderResolution.NotFound("none");
        return List.of(
                failed("no such provider", Reason.ProviderNotFound, s -> s.first().provider = notFound),
                failedSoon("no such provider any more", Reason.ProviderNotFound, s -> s.provider = notFound),
                failed(
                        "provider invalid",
                        Reason.ProviderInvalid,
                        s -> s.first().provider = new ProviderResolution.Invalid("http")),
                failed(
                        "no authorization endpoint",
                        Reason.ProviderInvalid,
                        s -> s.first().authorizationEndpoint = null),
                failed(
                        "no client",
                        Reason.ClientSecretNotFound,
                        s -> s.first().client = new ClientResolution.Problem(Reason.ClientSecretNotFound, "none")),
                failedSoon("client refused", Reason.ClientRefused, s -> s.due()
                        .failing(Reason.ClientRefused, true, MINUTE)),
                failed("client refused, lapsed", Reason.ClientRefused, s -> s.lapsed()
                        .failing(Reason.ClientRefused, true, MINUTE)),
                failedSoon(
                        "refused, not due",
                        Reason.GrantRefused,
                        s -> s.candidates = List.of(Situation.refused(EPOCH, NOW, 1))),
                failed(
                        "refused, lapsed",
                        Reason.GrantRefused,
                        s -> s.lapsed().candidates = List.of(Situation.refused(EPOCH, NOW, 1))),
                failedSoon("lost", Reason.GrantLost, s -> s.candidates = List.of(Situation.lost(EPOCH, NOW))),
                failedSoon("no refresh token, due", Reason.ConsentRequired, s -> s.due().candidates = List.of()),
                failedSoon("bound elsewhere", Reason.ConsentRequired, s -> s.binding = elsewhere),
                failed("bound elsewhere, lapsed", Reason.ConsentRequired, s -> s.lapsed().binding = elsewhere),
                failedSoon("more scopes", Reason.ConsentRequired, s -> s.scopes = List.of("read", "write", "admin")),
                failedSoon("rolled back", Reason.GrantRolledBack, s -> {
                    s.token = s.view(EPOCH + 4, true);
                    s.refreshRequest = "now";
                }),
                failedSoon("exported", Reason.GrantExported, Situation::exported),
                failed("exported, lapsed", Reason.GrantExported, s -> s.lapsed().exported()),
                failedSoon("held", Reason.RedemptionHeld, s -> {
                    s.armed(Ended.Ambiguous, null).onAmbiguous = OnAmbiguousRedemption.Hold;
                    s.sight = new Takeover.Sight(FENCE, HolderEnd.NotKnown);
                }),
                failedSoon("the answer is invalid", Reason.AnswerInvalid, s -> {
                    s.undelivered(Reason.AnswerInvalid, true, MINUTE);
                    s.token = s.view(EPOCH - 1, true);
                }),
                failed("the Secret's name is taken", Reason.SecretConflict, s -> {
                    s.undelivered(Reason.SecretConflict, true, MINUTE);
                    s.token = null;
                }),
                failed(
                        "revoked",
                        Reason.Revoked,
                        s -> s.unanswered().revocation = new PendingRevocation("now", NOW, NOW)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tells(Row row) {
        Verdict verdict = row.arranged().verdict();
        assertThat(verdict.ready()).isEqualTo(row.ready());
        assertThat(verdict.reason()).isEqualTo(row.reason());
        assertThat(verdict.stalled() == null ? "-" : verdict.stalled().reason().name())
                .isEqualTo(row.stalled());
    }

    @ParameterizedTest
    @MethodSource("forPersons")
    void what_only_a_person_can_end_says_so_in_words(Row row) {
        Situation situation = new Situation();
        row.so().accept(situation);
        Verdict verdict = situation.verdict();
        assertThat(verdict.stalled())
                .isNotNull()
                .extracting(Trouble::message)
                .asString()
                .isNotBlank();
        assertThat(verdict.message()).contains(verdict.stalled().message());
    }

    @Test
    void a_limit_that_is_reached_is_no_trouble_of_the_provider() {
        Situation waiting = new Situation().due();
        waiting.circuitPause = MINUTE;
        assertThat(waiting.verdict().message()).contains("the provider failed for several connections");
        waiting.issuerFailing = false;
        assertThat(waiting.verdict().message()).doesNotContain("failed");
        assertThat(waiting.rest().until()).isEqualTo(waiting.expiresAt);
    }

    @Test
    void a_routine_refresh_that_fails_after_the_token_lapsed_is_not_called_reconciling() {
        Situation situation = new Situation().lapsed();
        situation.retry = new Retry(1, NOW.plus(MINUTE), null, Situation.INPUTS);
        assertThat(situation.verdict().reconciling()).isFalse();
        assertThat(situation.verdict().ready()).isEqualTo(Ready.False);
    }

    @Test
    void who_waits_for_another_process_is_told_the_same_at_each_look() {
        Situation situation = new Situation().armed(null, null);
        String message = situation.verdict().message();
        situation.now = NOW.plusMillis(1700);
        situation.sight = new Takeover.Sight(Duration.ofMillis(1699), HolderEnd.NotKnown);
        assertThat(situation.verdict().message()).isEqualTo(message);
    }

    @ParameterizedTest
    @EnumSource
    void a_lost_grant_is_told_with_its_window_what_happened_and_what_to_do(LossWindow window) {
        Situation situation = new Situation().lapsed();
        situation.candidates = List.of(Situation.lost(EPOCH, NOW, window));

        Trouble stalled = Objects.requireNonNull(situation.verdict().stalled());

        assertThat(stalled.reason()).isEqualTo(Reason.GrantLost);
        assertThat(stalled.message())
                .contains(window.meaning(), "(" + window + ")", "give consent again", window.search());
    }

    @ParameterizedTest
    @EnumSource
    void a_held_redemption_is_told_with_its_window_what_happened_and_what_to_do(LossWindow window) {
        Situation situation = new Situation();
        situation.armed(Ended.NotProcessed, new Doubt(window, NOW.minusSeconds(60), EPOCH, false));
        situation.onAmbiguous = OnAmbiguousRedemption.Hold;

        Trouble stalled = Objects.requireNonNull(situation.verdict().stalled());

        assertThat(stalled.reason()).isEqualTo(Reason.RedemptionHeld);
        assertThat(stalled.message())
                .contains(window.meaning(), "(" + window + ")", "oauthconnection.dev/release", window.search());
    }

    @Test
    void a_revoked_client_credentials_connection_does_not_ask_for_a_consent() {
        Situation situation = new Situation().clientCredentials().unanswered();
        situation.revocation = new PendingRevocation("now", NOW, NOW);
        assertThat(situation.verdict().asksConsent()).isFalse();
        assertThat(situation.verdict().message()).contains("delete and apply");
    }
}
