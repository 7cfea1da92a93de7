package dev.oauthconnection.lifecycle;

import static dev.oauthconnection.lifecycle.Situation.EPOCH;
import static dev.oauthconnection.lifecycle.Situation.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Doubt;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Rest;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.ProviderResolution;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds in every situation there is. */
class LifecyclePropertyTest {
    private static final Binding ELSEWHERE = new Binding(
            "https://x.example", URI.create("https://x.example/t"), null, "app", ClientAuthentication.Basic);

    /** Any situation: each of its parts is drawn by itself, rare ones less often, so that many combinations get far. */
    private static Situation drawn(long seed) {
        Random random = new Random(seed);
        Situation s = new Situation();
        s.granted = random.nextInt(8) > 0;
        s.answered = random.nextInt(5) > 0;
        s.suspended = random.nextInt(12) == 0;
        s.existingGrant = random.nextInt(6) == 0;
        s.grantType = random.nextInt(5) == 0 ? GrantType.ClientCredentials : GrantType.AuthorizationCode;
        s.grantedBy = random.nextInt(10) > 0 ? s.grantType : GrantType.AuthorizationCode;
        s.scopes = random.nextInt(6) == 0 ? null : random.nextInt(6) == 0 ? List.of("admin") : s.scopes;
        s.before = random.nextInt(5) == 0 ? seconds(random, 100_000) : null;
        s.onAmbiguous = random.nextInt(3) == 0 ? OnAmbiguousRedemption.Hold : OnAmbiguousRedemption.Replay;
        s.onDelete = random.nextBoolean() ? OnDelete.Revoke : OnDelete.Retain;
        s.deletion = random.nextInt(10) == 0
                ? new Observed.Deletion(NOW.minus(seconds(random, 1200)), random.nextBoolean())
                : null;
        s.refreshRequest = random.nextInt(4) == 0 ? "r" : null;
        s.handledRefresh = random.nextInt(3) == 0 ? "r" : null;
        s.revokeRequest = random.nextInt(8) == 0 ? "v" : null;
        s.handledRevoke = random.nextInt(3) == 0 ? "v" : null;
        references(s, random);
        tokens(s, random);
        grant(s, random);
        s.circuitPause = random.nextInt(10) == 0 ? seconds(random, 60).plusMillis(1) : null;
        s.retry = retry(random, Reason.ProviderUnavailable);
        s.deliveryRetry = retry(random, Reason.DeliveryFailed);
        return s;
    }

    private static void references(Situation s, Random random) {
        s.provider = switch (random.nextInt(16)) {
            case 0 -> new ProviderResolution.NotFound("none");
            case 1 -> new ProviderResolution.Invalid("bad");
            case 2 -> new ProviderResolution.Unreachable("down");
            default -> null;
        };
        if (random.nextInt(12) == 0) {
            s.client = new ClientResolution.Problem(Reason.ClientSecretNotFound, "none");
        }
        s.authorizationEndpoint = random.nextInt(8) == 0 ? null : s.authorizationEndpoint;
        s.endsAccessToken = random.nextInt(4) == 0;
        s.reuseRevokes = random.nextBoolean();
        s.grace = random.nextBoolean() ? Duration.ZERO : seconds(random, 7200);
        s.idle = random.nextInt(4) == 0 ? seconds(random, 5_000_000) : null;
    }

    private static void tokens(Situation s, Random random) {
        s.requestedAt = NOW.minusSeconds(random.nextInt(5000)).plusSeconds(random.nextInt(50));
        Duration lifetime = random.nextInt(10) == 0 ? Duration.ofDays(random.nextInt(3650)) : seconds(random, 7200);
        s.expiresAt = s.requestedAt.plus(lifetime);
        s.token = random.nextInt(4) == 0
                ? null
                : s.view(EPOCH + (random.nextInt(4) == 0 ? random.nextInt(7) - 3 : 0), random.nextInt(4) > 0);
        s.released = random.nextInt(4) == 0 ? EPOCH + random.nextInt(5) : 0;
        s.sight = new Takeover.Sight(
                seconds(random, 120), random.nextInt(4) == 0 ? HolderEnd.PodOver : HolderEnd.NotKnown);
    }

    private static void grant(Situation s, Random random) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            candidates.add(new Candidate(
                    EPOCH - 3 + i,
                    null,
                    "",
                    random.nextInt(3) == 0 ? NOW.minus(seconds(random, 7200)) : null,
                    random.nextInt(3) == 0 ? NOW.minus(seconds(random, 200_000)) : null,
                    random.nextInt(18),
                    random.nextInt(4) == 0 ? LossWindow.Deadline : null));
        }
        s.candidates = s.grantedBy == GrantType.ClientCredentials ? List.of() : candidates;
        s.binding = random.nextInt(10) == 0 ? ELSEWHERE : s.binding;
        s.rebind = random.nextInt(10) == 0
                ? GrantTerms.bindingOf(s.theProvider(), Situation.CLIENT).hash()
                : "";
        s.revocation = random.nextInt(10) > 0
                ? null
                : new PendingRevocation("v", NOW.minus(seconds(random, 9000)), random.nextBoolean() ? NOW : null);
        if (random.nextInt(3) == 0 && s.grantedBy != GrantType.ClientCredentials) {
            Intent.Ended[] ends = Intent.Ended.values();
            Doubt doubt = random.nextInt(3) > 0
                    ? null
                    : new Doubt(LossWindow.HolderGone, NOW.minus(seconds(random, 7200)), EPOCH, random.nextBoolean());
            s.armed(random.nextBoolean() ? null : ends[random.nextInt(ends.length)], doubt);
        }
        if (random.nextInt(10) == 0 && s.grantedBy != GrantType.ClientCredentials && s.revocation == null) {
            s.exported();
        }
    }

    private static Retry retry(Random random, Reason reason) {
        if (random.nextInt(4) > 0) {
            return Retry.NONE;
        }
        Trouble trouble = random.nextInt(4) == 0 && reason != Reason.DeliveryFailed
                ? null
                : new Trouble(reason, "trouble", random.nextBoolean());
        return new Retry(
                1 + random.nextInt(9),
                NOW.plusSeconds(random.nextInt(3600) - 600),
                trouble,
                random.nextBoolean() ? Situation.INPUTS : "old");
    }

    private static Duration seconds(Random random, int below) {
        return Duration.ofSeconds(random.nextInt(below));
    }

    @Property(tries = 20_000)
    void a_decision_is_made_in_every_situation_and_rest_ends_in_the_future(@ForAll long seed) {
        if (drawn(seed).decide() instanceof Rest rest && rest.until() != null) {
            assertThat(rest.until()).isAfter(NOW);
        }
    }

    @Property(tries = 20_000)
    void ready_is_true_exactly_while_the_published_token_is_valid_and_not_in_doubt(@ForAll long seed) {
        Situation s = drawn(seed);
        if (s.decide() instanceof Rest(var verdict, var until)) {
            boolean valid = s.token != null && s.expiresAt.isAfter(NOW);
            boolean resolved = s.provider == null;
            boolean doubtful =
                    resolved && s.granted && s.endsAccessToken && s.intent != null && !s.intent.endedHarmlessly();
            Ready expected = doubtful ? Ready.Unknown : valid ? Ready.True : Ready.False;
            assertThat(verdict.ready()).isEqualTo(expected);
            if (expected == Ready.True) {
                assertThat(until).isNotNull().isBeforeOrEqualTo(s.expiresAt);
            }
        }
    }

    @Property(tries = 20_000)
    void what_is_stalled_is_not_reconciling_and_what_asks_for_a_consent_says_why(@ForAll long seed) {
        if (drawn(seed).decide() instanceof Rest(var verdict, var until)) {
            assertThat(verdict.stalled() != null && verdict.reconciling()).isFalse();
            assertThat(verdict.message()).isNotBlank();
        }
    }

    @Property(tries = 40_000)
    void nothing_is_sent_that_may_not_be_sent(@ForAll long seed) {
        Situation s = drawn(seed);
        if (s.decide() instanceof Decision.Redeem redeem) {
            assertThat(s.suspended).isFalse();
            assertThat(s.deletion).isNull();
            assertThat(s.provider).isNull();
            assertThat(s.revocation).isNull();
            assertThat(s.granted && s.export != null).isFalse();
            assertThat(s.binding).isNotEqualTo(ELSEWHERE);
            assertThat(s.circuitPause).isNull();
            assertThat(s.grantedBy != GrantType.ClientCredentials
                            && s.token != null
                            && s.token.epoch() > s.epoch
                            && s.released < s.token.epoch())
                    .isFalse();
            assertThat(s.retry.holdsBack(NOW) && s.retry.inputs().equals(Situation.INPUTS))
                    .isFalse();
            assertThat(redeem.request() == null || !redeem.request().equals(s.handledRefresh))
                    .isTrue();
        }
    }

    @Property(tries = 20_000)
    void a_revocation_is_sent_only_while_it_is_pending_and_never_while_suspended(@ForAll long seed) {
        Situation s = drawn(seed);
        if (s.export != null && s.granted) {
            assertThat(s.decide()).isNotInstanceOfAny(Decision.AskRevocation.class, Decision.Revoke.class);
        }
        if (s.decide() instanceof Decision.Revoke) {
            assertThat(s.revocation).isNotNull();
            assertThat(s.revocation.doneAt()).isNull();
            assertThat(s.suspended && s.deletion == null).isFalse();
        }
    }

    @Property(tries = 20_000)
    void the_mark_on_the_token_secret_is_never_lowered_without_a_release(@ForAll long seed) {
        Situation s = drawn(seed);
        if (s.decide() instanceof Decision.Deliver && s.token != null && s.token.epoch() > s.epoch) {
            assertThat(s.released).isGreaterThanOrEqualTo(s.token.epoch());
        }
    }
}
