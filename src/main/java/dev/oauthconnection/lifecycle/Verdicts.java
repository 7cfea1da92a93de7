package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.provider.Provider;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user is told while the operator rests. Ready stays True while the published token is valid, whatever else is wrong; Stalled
 * says that only a person can help; Reconciling is True only until the current spec or a requested action is carried out.
 */
final class Verdicts {
    /** Asked for to get a refresh token or an ID token; many providers grant them without naming them. */
    private static final Set<String> UNANSWERED = Set.of("offline_access", "openid");

    private final Observed observed;
    private final Instant now;

    Verdicts(Observed observed, Instant now) {
        this.observed = observed;
        this.now = now;
    }

    /** All is well, but for what a person should know all the same. */
    Decision current(Grant grant, Provider provider, Instant due) {
        Trouble delivery = observed.deliveryRetry().trouble();
        if (delivery != null) {
            return rest(delivery, earlier(due, observed.deliveryRetry().notBefore()), false, due);
        }
        List<String> wanted = observed.settings().scopesOr(provider.defaultScopes());
        if (!wanted.equals(grant.requestedScopes())
                && grant.grantType() == observed.settings().grantType()
                && observed.settings().scopes() != null) {
            String message = "the grant was given for the scopes " + String.join(" ", grant.requestedScopes())
                    + ", the spec asks for " + String.join(" ", wanted)
                    + ": give consent again; until then the token keeps its scopes";
            return rest(Trouble.forPerson(Reason.ConsentRequired, message), due, true, due);
        }
        Answer answer = grant.answer();
        List<String> missing = answer == null
                ? List.of()
                : grant.requestedScopes().stream()
                        .filter(s -> !answer.scopes().contains(s) && !UNANSWERED.contains(s))
                        .toList();
        if (!missing.isEmpty()) {
            String message = "the provider did not grant " + String.join(" ", missing);
            return rest(Trouble.passing(Reason.ScopesReduced, message), due, false, due);
        }
        return rest(null, due, false, due);
    }

    Decision awaitConsent() {
        String message = "open status.consent.url and enter the code from the Secret's key 'code'";
        Trouble trouble = Trouble.passing(Reason.AwaitingConsent, message);
        return rest(trouble, null);
    }

    Decision revoked() {
        String message = "the grant was revoked as requested; give consent again to connect again";
        return rest(Trouble.forPerson(Reason.Revoked, message), null, true, null);
    }

    Decision consentRequired(String message) {
        return consentWanted(Trouble.forPerson(Reason.ConsentRequired, message), null);
    }

    Decision consentWanted(Trouble trouble, @Nullable Instant until) {
        return rest(trouble, until, true, null);
    }

    /** No refresh token is left to send: a person is asked, and told through which window the grant was lost, if it was. */
    Decision exhausted(Grant grant, @Nullable Instant nextRetry) {
        LossWindow window = grant.candidates().stream()
                .map(Candidate::lostThrough)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        String again = nextRetry == null ? "" : "; it is tried again at " + nextRetry.truncatedTo(ChronoUnit.SECONDS);
        Trouble trouble = window == null
                ? Trouble.forPerson(
                        Reason.GrantRefused,
                        "the provider refused the refresh token (invalid_grant): give consent again" + again)
                : Trouble.forPerson(Reason.GrantLost, window.meaning() + ": give consent again" + again);
        return rest(trouble, nextRetry, true, null);
    }

    Decision rest(@Nullable Trouble trouble, @Nullable Instant until) {
        return rest(trouble, until, trouble != null && trouble.asksConsent(), null);
    }

    private Decision rest(
            @Nullable Trouble trouble, @Nullable Instant until, boolean asksConsent, @Nullable Instant nextRefresh) {
        Instant wake = until;
        if (isPublished()) {
            // Ready must turn False when the token lapses, whatever else happens.
            wake = earlier(expiry(), until);
        }
        return new Decision.Rest(verdict(trouble, asksConsent, nextRefresh), wake);
    }

    private Verdict verdict(@Nullable Trouble trouble, boolean asksConsent, @Nullable Instant nextRefresh) {
        Trouble stalled = trouble != null && trouble.needsPerson() ? trouble : null;
        if (isUncertain()) {
            String message = "a refresh ends the published token here, and the end of the last refresh is not known";
            return new Verdict(
                    Ready.Unknown, Reason.RedemptionUncertain, message, false, stalled, asksConsent, nextRefresh);
        }
        if (isPublished()) {
            String message = "the token is valid until " + expiry().truncatedTo(ChronoUnit.SECONDS)
                    + (trouble == null ? "" : "; " + trouble.reason() + ": " + trouble.message());
            boolean pending = trouble != null && stalled == null && isActionPending();
            return new Verdict(Ready.True, Reason.TokenCurrent, message, pending, stalled, asksConsent, nextRefresh);
        }
        Reason reason = trouble == null ? Reason.Progressing : trouble.reason();
        String message = trouble == null ? "the token is on its way" : trouble.message();
        boolean first = observed.grant() == null || observed.grant().answer() == null;
        boolean reconciling = stalled == null
                && reason != Reason.Suspended
                && (first || isActionPending() || reason == Reason.Progressing);
        return new Verdict(Ready.False, reason, message, reconciling, stalled, asksConsent, nextRefresh);
    }

    private boolean isActionPending() {
        Grant grant = observed.grant();
        String refresh = observed.requests().refresh();
        return grant != null
                && refresh != null
                && !refresh.equals(grant.handled().refresh());
    }

    /** Whether the published token may have been ended by a redemption whose end is not known. */
    private boolean isUncertain() {
        Grant grant = observed.grant();
        Intent intent = grant == null ? null : grant.intent();
        boolean ends = observed.resolvedProvider()
                .map(p -> p.refreshTokens().refreshEndsAccessToken())
                .orElse(false);
        return ends && intent != null && !intent.endedHarmlessly();
    }

    private boolean isPublished() {
        Observed.TokenView token = observed.token();
        return token != null && expiry().isAfter(now);
    }

    /** When the token in the Secret expires: of the answer it was made from, or else what the Secret says. */
    private Instant expiry() {
        Observed.TokenView token = observed.token();
        Grant grant = observed.grant();
        if (token == null) {
            return Instant.MIN;
        }
        Answer answer = grant == null ? null : grant.answer();
        if (answer != null && answer.epoch() == token.epoch()) {
            return answer.expiresAt();
        }
        return token.expiresAt() == null ? Instant.MIN : token.expiresAt();
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }
}
