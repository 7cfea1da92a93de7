package dev.oauthconnection.lifecycle;

import static dev.oauthconnection.lifecycle.Situation.EPOCH;
import static dev.oauthconnection.lifecycle.Situation.FENCE;
import static dev.oauthconnection.lifecycle.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Doubt;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent.Ended;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.ProviderResolution;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision table: in which situation what is done. */
class LifecycleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final PendingRevocation PENDING = new PendingRevocation("now", NOW.minusSeconds(60), null);
    private static final PendingRevocation DONE = new PendingRevocation("now", NOW.minusSeconds(60), NOW);
    private static final Binding ELSEWHERE = new Binding(
            "https://old.example", URI.create("https://old.example/token"), null, "app", ClientAuthentication.Basic);
    private static final Takeover.Sight BEHIND_THE_FENCE = new Takeover.Sight(FENCE, HolderEnd.NotKnown);
    private static final Takeover.Sight GONE = new Takeover.Sight(FENCE, HolderEnd.PodOver);

    /** One row of the table. */
    record Row(String situation, Consumer<Situation> so, Class<? extends Decision> then) {
        @Override
        public String toString() {
            return situation + " -> " + then.getSimpleName();
        }
    }

    private static Row row(String situation, Class<? extends Decision> then, Consumer<Situation> so) {
        return new Row(situation, so, then);
    }

    static Stream<Row> rows() {
        return Stream.of(beginnings(), redemptions(), takeovers(), deliveries(), exports(), endings())
                .flatMap(List::stream);
    }

    private static List<Row> beginnings() {
        return List.of(
                row("no grant", Decision.Rest.class, Situation::first),
                row("no grant, client credentials", Decision.CreateGrant.class, s -> s.clientCredentials()
                        .first()),
                row("no grant, an existing one", Decision.TakeExistingGrant.class, s -> s.first().existingGrant = true),
                row("no grant, an existing one, its Secret was just looked at", Decision.Rest.class, s -> {
                    s.first().existingGrant = true;
                    s.failing(Reason.ExistingGrantInvalid, true, MINUTE);
                }),
                row(
                        "no grant, suspended",
                        Decision.Rest.class,
                        s -> s.clientCredentials().first().suspended = true),
                row("client credentials without a token", Decision.Redeem.class, s -> s.clientCredentials()
                        .unanswered()),
                row(
                        "client credentials bound elsewhere",
                        Decision.CreateGrant.class,
                        s -> s.clientCredentials().binding = ELSEWHERE),
                row(
                        "client credentials, other scopes",
                        Decision.CreateGrant.class,
                        s -> s.clientCredentials().scopes = List.of("read", "admin")),
                row(
                        "client credentials, scopes in another order",
                        Decision.Rest.class,
                        s -> s.clientCredentials().scopes = List.of("write", "read")),
                row(
                        "a consent, and now client credentials",
                        Decision.Rest.class,
                        s -> s.grantType = GrantType.ClientCredentials),
                row("a consent that is over, and now client credentials", Decision.CreateGrant.class, s -> {
                    s.grantType = GrantType.ClientCredentials;
                    s.candidates = List.of();
                }),
                row("a consent that was revoked, and now client credentials", Decision.CreateGrant.class, s -> {
                    s.unanswered().revocation = DONE;
                    s.grantType = GrantType.ClientCredentials;
                    s.candidates = List.of();
                }),
                row("client credentials that were revoked", Decision.Rest.class, s -> {
                    s.clientCredentials().unanswered().revocation = DONE;
                }),
                row("an existing grant without a token", Decision.Redeem.class, Situation::unanswered));
    }

    private static List<Row> redemptions() {
        return List.of(
                row("not due", Decision.Rest.class, s -> {}),
                row("due", Decision.Redeem.class, Situation::due),
                row("lapsed", Decision.Redeem.class, Situation::lapsed),
                row("due, suspended", Decision.Rest.class, s -> s.due().suspended = true),
                row("requested", Decision.Redeem.class, s -> s.refreshRequest = "now"),
                row("requested and handled", Decision.Rest.class, s -> s.refreshRequest = s.handledRefresh = "now"),
                row("requested, suspended", Decision.Rest.class, s -> {
                    s.refreshRequest = "now";
                    s.suspended = true;
                }),
                row("due, backing off", Decision.Rest.class, s -> s.due()
                        .failing(Reason.ProviderUnavailable, false, MINUTE)),
                row("due, the pause is over", Decision.Redeem.class, s -> s.due()
                        .failing(Reason.ProviderUnavailable, false, Duration.ZERO)),
                row(
                        "not due, the client changed after a refusal",
                        Decision.Redeem.class,
                        s -> s.retry =
                                new Retry(1, NOW.plus(MINUTE), Trouble.forPerson(Reason.ClientRefused, ""), "old")),
                row("the client changed, the circuit is open", Decision.Rest.class, s -> {
                    s.retry = new Retry(1, NOW.plus(MINUTE), Trouble.forPerson(Reason.ClientRefused, ""), "old");
                    s.circuitPause = MINUTE;
                }),
                row("due, the circuit is open", Decision.Rest.class, s -> s.due().circuitPause = MINUTE),
                row("due, bound elsewhere", Decision.Rest.class, s -> s.due().binding = ELSEWHERE),
                row(
                        "due, another client",
                        Decision.Rest.class,
                        s -> s.due().client = new ClientResolution.Resolved(new Client("other", "s3cr3t"))),
                row("due, rolled back", Decision.Rest.class, s -> s.due().token = s.view(EPOCH + 4, true)),
                row("due, rolled back and released", Decision.Redeem.class, s -> {
                    s.due().token = s.view(EPOCH + 4, true);
                    s.released = EPOCH + 4;
                }),
                row("due, rolled back, an earlier release", Decision.Rest.class, s -> {
                    s.due().token = s.view(EPOCH + 4, true);
                    s.released = EPOCH + 3;
                }),
                row(
                        "due, refused ten minutes ago",
                        Decision.Rest.class,
                        s -> s.due().candidates = List.of(Situation.refused(EPOCH, NOW.minusSeconds(600), 1))),
                row(
                        "not due, refused ten minutes ago",
                        Decision.Rest.class,
                        s -> s.candidates = List.of(Situation.refused(EPOCH, NOW.minusSeconds(600), 1))),
                row(
                        "refused, the hour is over",
                        Decision.Redeem.class,
                        s -> s.candidates = List.of(Situation.refused(EPOCH, NOW.minusSeconds(3600), 1))),
                row("refused, requested", Decision.Redeem.class, s -> {
                    s.candidates = List.of(Situation.refused(EPOCH, NOW, 1));
                    s.refreshRequest = "now";
                }),
                row(
                        "refused, and an older one may be left",
                        Decision.Redeem.class,
                        s -> s.candidates = List.of(Situation.refused(EPOCH, NOW, 1), Situation.fresh(EPOCH - 1))),
                row("refused, an existing grant may have been replaced", Decision.TakeExistingGrant.class, s -> {
                    s.candidates = List.of(Situation.refused(EPOCH, NOW, 1));
                    s.existingGrant = true;
                }),
                row("refused, the existing grant was just looked at", Decision.Rest.class, s -> {
                    s.candidates = List.of(Situation.refused(EPOCH, NOW, 1));
                    s.existingGrant = true;
                    s.failing(Reason.ExistingGrantInvalid, true, MINUTE);
                }),
                row("due, and there is no refresh token", Decision.Rest.class, s -> s.due().candidates = List.of()),
                row("requested an hour in the future: the clock was set back", Decision.Redeem.class, s -> {
                    s.requestedAt = NOW.plusSeconds(3600);
                    s.expiresAt = NOW.plusSeconds(5400);
                    s.token = s.view(EPOCH, true);
                }),
                row("requested by a clock that is ahead by more than the token's lead", Decision.Redeem.class, s -> {
                    s.requestedAt = NOW.plusSeconds(100);
                    s.expiresAt = NOW.plusSeconds(220);
                    s.token = s.view(EPOCH, true);
                }),
                row(
                        "requested by a clock that is a minute ahead",
                        Decision.Rest.class,
                        s -> s.requestedAt = NOW.plusSeconds(60)));
    }

    private static List<Row> takeovers() {
        Doubt doubt = new Doubt(LossWindow.HolderGone, NOW.minusSeconds(120), EPOCH, false);
        return List.of(
                row("armed by another, before the fence", Decision.Rest.class, s -> s.armed(null, null)),
                row("armed by another, silent", Decision.Rest.class, s -> s.armed(null, null).sight = BEHIND_THE_FENCE),
                row("armed by another, silent, the token is about to lapse", Decision.Redeem.class, s -> {
                    s.due().armed(null, null).sight = BEHIND_THE_FENCE;
                    s.expiresAt = NOW.plusSeconds(4);
                }),
                row(
                        "armed by another, whose pod is over",
                        Decision.Redeem.class,
                        s -> s.armed(null, null).sight = GONE),
                row(
                        "armed, journal empty",
                        Decision.Redeem.class,
                        s -> s.armed(Ended.JournalEmpty, null).sight = BEHIND_THE_FENCE),
                row("armed, ambiguous, before the fence", Decision.Rest.class, s -> s.armed(Ended.Ambiguous, null)),
                row(
                        "armed, ambiguous",
                        Decision.Redeem.class,
                        s -> s.armed(Ended.Ambiguous, null).sight = BEHIND_THE_FENCE),
                row("ended without effect, not due", Decision.Rest.class, s -> s.armed(Ended.NotProcessed, null)),
                row("ended without effect, not due, requested", Decision.Redeem.class, s -> {
                    s.refreshRequest = s.handledRefresh = s.armedFor = "now";
                    s.armed(Ended.NotProcessed, null);
                }),
                row("ended without effect, due", Decision.Redeem.class, s -> s.due()
                        .armed(Ended.NotProcessed, null)),
                row("ended without effect, in doubt", Decision.Redeem.class, s -> s.armed(Ended.Refused, doubt)),
                row("ambiguous, held", Decision.Rest.class, s -> {
                    s.armed(Ended.Ambiguous, null).sight = BEHIND_THE_FENCE;
                    s.onAmbiguous = OnAmbiguousRedemption.Hold;
                }),
                row("ambiguous, held, released", Decision.Redeem.class, s -> {
                    s.armed(Ended.Ambiguous, null).sight = BEHIND_THE_FENCE;
                    s.onAmbiguous = OnAmbiguousRedemption.Hold;
                    s.released = EPOCH + 1;
                }),
                row("ambiguous, Hold, but inside the grace", Decision.Redeem.class, s -> {
                    s.armed(Ended.Ambiguous, null).sight = BEHIND_THE_FENCE;
                    s.onAmbiguous = OnAmbiguousRedemption.Hold;
                    s.grace = Duration.ofMinutes(30);
                }));
    }

    private static List<Row> deliveries() {
        return List.of(
                row("nothing published", Decision.Deliver.class, s -> s.token = null),
                row("drifted", Decision.Deliver.class, s -> s.token = s.view(EPOCH, false)),
                row("an older one published", Decision.Deliver.class, s -> s.token = s.view(EPOCH - 1, true)),
                row("nothing published, lapsed", Decision.Redeem.class, s -> s.lapsed().token = null),
                row("nothing published, suspended", Decision.Rest.class, s -> {
                    s.token = null;
                    s.suspended = true;
                }),
                row("nothing published, failing", Decision.Rest.class, s -> {
                    s.token = null;
                    s.undelivered(Reason.DeliveryFailed, false, MINUTE);
                }),
                row(
                        "failed, the pause is over",
                        Decision.Deliver.class,
                        s -> s.undelivered(Reason.DeliveryFailed, false, Duration.ZERO)),
                row(
                        "an edit failed to be delivered, the spec changed",
                        Decision.Deliver.class,
                        s -> s.deliveryRetry =
                                new Retry(1, NOW.plus(MINUTE), Trouble.forPerson(Reason.TemplateInvalid, ""), "old")),
                row("drifted, provider unreachable", Decision.Deliver.class, s -> {
                    s.token = s.view(EPOCH, false);
                    s.provider = new ProviderResolution.Unreachable("down");
                }),
                row("drifted, no client", Decision.Deliver.class, s -> {
                    s.token = s.view(EPOCH, false);
                    s.client = new ClientResolution.Problem(Reason.ClientSecretNotFound, "none");
                }),
                row(
                        "drifted, rolled back: the mark is kept",
                        Decision.Rest.class,
                        s -> s.token = s.view(EPOCH + 4, false)),
                row("drifted, rolled back, no client", Decision.Rest.class, s -> {
                    s.token = s.view(EPOCH + 4, false);
                    s.client = new ClientResolution.Problem(Reason.ClientSecretNotFound, "none");
                }));
    }

    private static List<Row> exports() {
        Observed.Deletion deletion = new Observed.Deletion(NOW.minusSeconds(61), false);
        return List.of(
                row("exported", Decision.Rest.class, Situation::exported),
                row("exported, due", Decision.Rest.class, s -> s.due().exported()),
                row("exported, lapsed", Decision.Rest.class, s -> s.lapsed().exported()),
                row("exported, refresh requested", Decision.Rest.class, s -> s.exported().refreshRequest = "now"),
                row("exported, revocation requested", Decision.Rest.class, s -> s.exported().revokeRequest = "now"),
                row("exported, deleted, to be revoked", Decision.ReleaseFinalizer.class, s -> {
                    s.exported().deletion = deletion;
                    s.onDelete = OnDelete.Revoke;
                }),
                row("exported, bound elsewhere", Decision.Rest.class, s -> s.exported().binding = ELSEWHERE),
                row("exported, an attempt of before is silent", Decision.Rest.class, s -> {
                    s.armed(null, null).exported();
                    s.sight = GONE;
                }),
                row(
                        "exported, the mark is of before",
                        Decision.Deliver.class,
                        s -> s.exported().token = s.view(EPOCH, true)),
                row(
                        "exported, lapsed, the mark is of before",
                        Decision.Deliver.class,
                        s -> s.lapsed().exported().token = s.view(EPOCH, true)),
                row(
                        "exported, lapsed, no token Secret",
                        Decision.Rest.class,
                        s -> s.lapsed().exported().token = null),
                row("exported, an earlier epoch was released", Decision.Rest.class, s -> s.exported().released = EPOCH),
                row("exported, released", Decision.TakeBack.class, s -> s.exported().released = EPOCH + 1),
                row("exported, released, the grant cannot be written", Decision.Rest.class, s -> {
                    s.exported().released = EPOCH + 1;
                    s.failing(Reason.DeliveryFailed, false, MINUTE);
                }),
                row(
                        "exported, and now client credentials",
                        Decision.CreateGrant.class,
                        s -> s.exported().grantType = GrantType.ClientCredentials),
                row(
                        "exported, an existing one",
                        Decision.TakeExistingGrant.class,
                        s -> s.exported().existingGrant = true),
                row("exported, an existing one, its Secret was just looked at", Decision.Rest.class, s -> {
                    s.exported().existingGrant = true;
                    s.failing(Reason.ExistingGrantInvalid, true, MINUTE);
                }));
    }

    private static List<Row> endings() {
        Observed.Deletion deletion = new Observed.Deletion(NOW.minusSeconds(61), false);
        return List.of(
                row("revocation requested", Decision.AskRevocation.class, s -> s.revokeRequest = "now"),
                row("revocation requested, provider unreachable", Decision.AskRevocation.class, s -> {
                    s.revokeRequest = "now";
                    s.provider = new ProviderResolution.Unreachable("down");
                }),
                row("revocation requested, a refresh was refused", Decision.AskRevocation.class, s -> {
                    s.revokeRequest = "now";
                    s.failing(Reason.RequestRefused, true, MINUTE);
                }),
                row("revocation requested, the grant cannot be written", Decision.Rest.class, s -> {
                    s.revokeRequest = "now";
                    s.failing(Reason.DeliveryFailed, false, MINUTE);
                }),
                row("revocation pending, its token Secret is gone", Decision.Rest.class, s -> {
                    s.revocation = PENDING;
                    s.token = null;
                    s.provider = new ProviderResolution.Unreachable("down");
                }),
                row(
                        "revocation requested and handled",
                        Decision.Rest.class,
                        s -> s.revokeRequest = s.handledRevoke = "now"),
                row("revocation pending", Decision.Revoke.class, s -> s.revocation = PENDING),
                row("revocation pending, due", Decision.Revoke.class, s -> s.due().revocation = PENDING),
                row("revocation pending, failing", Decision.Rest.class, s -> {
                    s.revocation = PENDING;
                    s.failing(Reason.Progressing, false, MINUTE);
                }),
                row("revoked", Decision.Rest.class, s -> {
                    s.unanswered().revocation = DONE;
                    s.candidates = List.of();
                }),
                row("revoked, refresh requested", Decision.Rest.class, s -> {
                    s.unanswered().revocation = DONE;
                    s.refreshRequest = "now";
                }),
                row("deleted, retained", Decision.ReleaseFinalizer.class, s -> s.deletion = deletion),
                row("deleted, to be revoked", Decision.AskRevocation.class, s -> toRevoke(s, deletion)),
                row("deleted, the grant cannot be written", Decision.Rest.class, s -> toRevoke(s, deletion)
                        .failing(Reason.DeliveryFailed, false, MINUTE)),
                row(
                        "deleted, revocation pending",
                        Decision.Revoke.class,
                        s -> toRevoke(s, deletion).revocation = PENDING),
                row("deleted, no client to revoke with", Decision.Rest.class, s -> {
                    toRevoke(s, deletion).revocation = PENDING;
                    s.client = new ClientResolution.Problem(Reason.ClientSecretNotFound, "none");
                }),
                row("deleted, revoked", Decision.ReleaseFinalizer.class, s -> toRevoke(s, deletion).revocation = DONE),
                row("deleted, no grant", Decision.ReleaseFinalizer.class, s -> toRevoke(s.first(), deletion)),
                row("deleted, the grant cannot be read", Decision.Rest.class, s -> toRevoke(s.first(), deletion)
                        .failing(Reason.GrantUnreadable, true, MINUTE)),
                row("deleted ten minutes ago, the grant cannot be read", Decision.ReleaseFinalizer.class, s -> toRevoke(
                                s.first(), new Observed.Deletion(NOW.minusSeconds(601), false))
                        .failing(Reason.GrantUnreadable, true, MINUTE)),
                row(
                        "deleted ten minutes ago",
                        Decision.ReleaseFinalizer.class,
                        s -> toRevoke(s, new Observed.Deletion(NOW.minusSeconds(601), false))),
                row(
                        "deleted with its namespace",
                        Decision.ReleaseFinalizer.class,
                        s -> toRevoke(s, new Observed.Deletion(NOW.minusSeconds(61), true))));
    }

    private static Situation toRevoke(Situation situation, Observed.Deletion deletion) {
        situation.deletion = deletion;
        situation.onDelete = OnDelete.Revoke;
        return situation;
    }

    @Test
    void a_connection_whose_grant_could_not_be_read_goes_unrevoked() {
        Situation situation = toRevoke(new Situation().first(), new Observed.Deletion(NOW.minusSeconds(601), false))
                .failing(Reason.GrantUnreadable, true, MINUTE);
        assertThat(situation.decide()).isEqualTo(new Decision.ReleaseFinalizer(true));
    }

    @Test
    void the_client_of_a_grant_that_was_refused_long_ago_is_looked_at_less_often() {
        Situation situation = new Situation();
        situation.candidates = List.of(Situation.refused(EPOCH, NOW.minus(Duration.ofMinutes(20)), 1));
        assertThat(situation.rest().until()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        Situation situation = new Situation();
        row.so().accept(situation);
        assertThat(situation.decide()).isInstanceOf(row.then());
    }

    @Test
    void a_connection_that_goes_unrevoked_is_told_from_one_that_left_nothing_to_revoke() {
        Situation given = toRevoke(new Situation(), new Observed.Deletion(NOW.minusSeconds(601), false));
        assertThat(given.decide()).isEqualTo(new Decision.ReleaseFinalizer(true));
        given.onDelete = OnDelete.Retain;
        assertThat(given.decide()).isEqualTo(new Decision.ReleaseFinalizer(false));
    }

    @Test
    void a_request_is_settled_by_the_redemption_it_asked_for() {
        Situation situation = new Situation();
        situation.refreshRequest = "now";
        assertThat(situation.decide())
                .isEqualTo(new Decision.Redeem(situation.theProvider(), Situation.CLIENT, "now", true));
    }

    @Test
    void a_routine_refresh_settles_no_request_and_insists_on_nothing() {
        Situation situation = new Situation().due();
        situation.refreshRequest = situation.handledRefresh = "before";
        assertThat(situation.decide())
                .isEqualTo(new Decision.Redeem(situation.theProvider(), Situation.CLIENT, null, false));
    }

    @Test
    void a_grant_is_re_bound_only_with_the_hash_of_todays_binding() {
        Situation situation = new Situation();
        situation.binding = ELSEWHERE;
        Binding today = GrantTerms.bindingOf(situation.theProvider(), Situation.CLIENT);
        situation.rebind = today.hash();
        assertThat(situation.decide()).isEqualTo(new Decision.Rebind(today));
        situation.rebind = ELSEWHERE.hash();
        assertThat(situation.verdict().reason()).isEqualTo(Reason.TokenCurrent);
        assertThat(situation.verdict().stalled()).extracting(Trouble::reason).isEqualTo(Reason.ConsentRequired);
    }

    @Test
    void the_admin_reads_in_the_condition_what_to_write_to_re_bind() {
        Situation situation = new Situation().lapsed();
        situation.binding = ELSEWHERE;
        Binding today = GrantTerms.bindingOf(situation.theProvider(), Situation.CLIENT);
        assertThat(situation.verdict().message()).contains(today.hash());
    }

    @Test
    void a_silent_holder_is_looked_at_again_before_patience_ends() {
        Situation situation = new Situation().armed(null, null);
        situation.sight = BEHIND_THE_FENCE;
        assertThat(situation.rest().until()).isEqualTo(NOW.plus(Lifecycle.HOLDER_LOOKED_AT_AGAIN));
    }

    @Test
    void a_failed_delivery_is_tried_again_while_the_token_from_before_is_still_valid() {
        Situation situation = new Situation().undelivered(Reason.DeliveryFailed, false, Duration.ofSeconds(1));
        situation.token = situation.view(EPOCH - 1, true);
        assertThat(situation.rest().until()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void a_failed_delivery_is_tried_again_while_the_provider_is_backed_off_from() {
        Situation situation = new Situation()
                .due()
                .failing(Reason.RequestRefused, true, Duration.ofHours(1))
                .undelivered(Reason.DeliveryFailed, false, Duration.ofSeconds(1));
        assertThat(situation.rest().until()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void a_token_whose_grant_is_gone_is_ready_until_it_lapses_and_no_longer() {
        Situation situation = new Situation();
        situation.granted = false;
        assertThat(situation.rest().until()).isEqualTo(situation.expiresAt);
    }

    @Test
    void a_refused_grant_is_looked_at_as_often_as_its_client_secret_may_change() {
        Situation situation = new Situation();
        situation.candidates = List.of(Situation.refused(EPOCH, NOW, 16));
        assertThat(situation.rest().until()).isEqualTo(NOW.plus(Lifecycle.CLIENT_SECRET_READ_AGAIN));
    }

    @Test
    void rest_while_all_is_well_ends_when_the_refresh_is_due() {
        Instant until = new Situation().rest().until();
        assertThat(until).isEqualTo(new Situation().verdict().nextRefresh()).isBetween(NOW, NOW.plusSeconds(600));
    }
}
