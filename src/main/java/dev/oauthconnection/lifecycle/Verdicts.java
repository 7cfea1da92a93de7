package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Export;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.provider.Provider;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
            return rest(delivery, due, false, due);
        }
        List<String> wanted = observed.settings().scopesOr(provider.defaultScopes());
        if (!observed.asksForScopesOf(grant, provider)
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

    /**
     * The grant was revoked on request.
     *
     * @param clientCredentials whether no consent could begin a new grant
     * @param look when to look for another one; null for never
     */
    Decision revoked(boolean clientCredentials, @Nullable Instant look) {
        Grant grant = observed.grant();
        PendingRevocation revocation = grant == null ? null : grant.revocation();
        String unconfirmed = revocation == null ? null : revocation.unconfirmed();
        String message = unconfirmed == null ? revoked(clientCredentials) : forgotten(clientCredentials, unconfirmed);
        return rest(Trouble.forPerson(Reason.Revoked, message), look, !clientCredentials, null);
    }

    private static String revoked(boolean clientCredentials) {
        return clientCredentials
                ? "the connection was revoked; delete and apply it to start again"
                : "the grant was revoked as requested; give consent again to connect again";
    }

    private static String forgotten(boolean clientCredentials, String unconfirmed) {
        return unconfirmed + ": the tokens are deleted here and may still work at the provider; "
                + (clientCredentials
                        ? "delete and apply the connection to start again"
                        : "end the consent at the provider, or give consent again to connect again");
    }

    Decision consentRequired(String message) {
        return consentWanted(Trouble.forPerson(Reason.ConsentRequired, message), null);
    }

    /** Client credentials would take the place of a consent that is still good: an edit alone does not end it. */
    Decision consentKept() {
        String message =
                "a person consented to the grant that is stored, and grantType ClientCredentials would throw it away: undo the "
                        + "change of grantType, or end the consent first with the annotation oauthconnection.dev/revoke-requested";
        return rest(Trouble.forPerson(Reason.ConsentRequired, message), null, false, null);
    }

    private Decision consentWanted(Trouble trouble, @Nullable Instant until) {
        return rest(trouble, until, true, null);
    }

    /** A restored backup: nothing is sent until a person says that it may be. */
    Decision rolledBack(Grant grant) {
        long marked = Objects.requireNonNull(observed.token()).epoch();
        String message = "the grant Secret is at epoch " + grant.epoch() + ", behind epoch " + marked
                + " that the token Secret was made from (a restored backup?). Nothing is sent. An admin may set the annotation "
                + "oauthconnection.dev/release: \"" + marked + "\" on the grant Secret; or give consent again";
        return consentWanted(Trouble.forPerson(Reason.GrantRolledBack, message), null);
    }

    /**
     * The grant was handed out to be used elsewhere.
     *
     * @param look when to look for another one; null for never
     */
    Decision exported(Export export, @Nullable Instant look) {
        String message = "the grant was exported by " + export.by() + " at "
                + export.at().truncatedTo(ChronoUnit.SECONDS)
                + " (" + export.id()
                + ") to be used elsewhere, and nothing is sent from here any more: delete this connection once"
                + " the other one is Ready. Only if nobody imported it, an admin may set the annotation"
                + " oauthconnection.dev/release: \"" + export.epoch() + "\" on the grant Secret; or give consent again";
        return consentWanted(Trouble.forPerson(Reason.GrantExported, message), look);
    }

    /** The grant cannot be read as one, and is looked at again. */
    Decision unreadable() {
        return rest(observed.retry().trouble(), observed.retry().notBefore());
    }

    /** The grant Secret could not be written a moment ago, so that what is stored before it is done waits; empty when it could. */
    Optional<Decision> unwritable() {
        Retry retry = observed.retry();
        boolean failed = retry.trouble() != null && retry.trouble().reason() == Reason.DeliveryFailed;
        return failed && retry.holdsBack(now)
                ? Optional.of(rest(retry.trouble(), retry.notBefore()))
                : Optional.empty();
    }

    /** Why nothing may be sent right now, as rest; empty when it may. */
    Optional<Decision> held() {
        Retry retry = observed.retry();
        if (retry.holdsBack(now) && retry.inputs().equals(observed.inputs())) {
            // A refused client's Secret is not watched: it is read again before the next try is due.
            boolean refused = retry.trouble() != null && retry.trouble().reason() == Reason.ClientRefused;
            Instant look = refused ? now.plus(Lifecycle.CLIENT_SECRET_READ_AGAIN) : null;
            return Optional.of(rest(retry.trouble(), earlier(look, retry.notBefore())));
        }
        IssuerCircuit.Refusal refusal = observed.circuit();
        if (refusal != null) {
            Trouble failing = Trouble.passing(
                    Reason.ProviderUnavailable, "the provider failed for several connections; it is given a pause");
            return Optional.of(rest(refusal.failing() ? failing : null, now.plus(refusal.pause())));
        }
        return Optional.empty();
    }

    /**
     * No refresh token is left to send: a person is asked, and told through which window the grant was lost, if it was.
     *
     * @param look when to look again all the same
     */
    Decision exhausted(Grant grant, @Nullable Instant nextRetry, Instant look) {
        Instant until = earlier(nextRetry, look);
        if (grant.candidates().isEmpty()) {
            String message =
                    "the provider gave no refresh token, so the token cannot be renewed: ask for what brings one"
                            + " (often the scope offline_access) and give consent again";
            return consentWanted(Trouble.forPerson(Reason.ConsentRequired, message), until);
        }
        LossWindow window = grant.lostThrough().orElse(null);
        String again = nextRetry == null ? "" : "; it is tried again at " + nextRetry.truncatedTo(ChronoUnit.SECONDS);
        Trouble trouble = window == null
                ? Trouble.forPerson(
                        Reason.GrantRefused,
                        "the provider refused the refresh token (invalid_grant): give consent again" + again)
                : Trouble.forPerson(
                        Reason.GrantLost, window.named() + ": give consent again, and " + window.search() + again);
        return consentWanted(trouble, until);
    }

    Decision rest(@Nullable Trouble trouble, @Nullable Instant until) {
        return rest(trouble, until, trouble != null && trouble.asksConsent(), null);
    }

    private Decision rest(
            @Nullable Trouble trouble, @Nullable Instant until, boolean asksConsent, @Nullable Instant nextRefresh) {
        Retry delivery = observed.deliveryRetry();
        Instant wake = delivery.holdsBack(now) ? earlier(delivery.notBefore(), until) : until;
        if (isPublished()) {
            // Ready must turn False when the token lapses, whatever else happens.
            wake = earlier(expiry(), wake);
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
        boolean reconciling = stalled == null && !observed.settings().suspended() && isUnderWay();
        if (isPublished()) {
            String message = "the token is valid until " + expiry().truncatedTo(ChronoUnit.SECONDS)
                    + (trouble == null ? "" : "; " + trouble.reason() + ": " + trouble.message());
            return new Verdict(
                    Ready.True, Reason.TokenCurrent, message, reconciling, stalled, asksConsent, nextRefresh);
        }
        Reason reason = trouble == null ? Reason.Progressing : trouble.reason();
        String message = trouble == null ? "the token is on its way" : trouble.message();
        return new Verdict(Ready.False, reason, message, reconciling, stalled, asksConsent, nextRefresh);
    }

    /** Whether the current spec or a requested action is not carried out yet; a routine refresh is neither. */
    private boolean isUnderWay() {
        Grant grant = observed.grant();
        if (grant == null || grant.answer() == null || grant.revocation() != null) {
            return true;
        }
        Observed.TokenView token = observed.token();
        boolean edited = observed.deliveryRetry().trouble() != null
                && token != null
                && token.epoch() >= grant.answer().epoch();
        String refresh = observed.requests().refresh();
        return edited || (refresh != null && !refresh.equals(grant.handled().refresh()));
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
