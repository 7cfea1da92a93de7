package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Candidates;
import dev.oauthconnection.grant.Export;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about a connection: {@code decide(Observed, Instant) -> Decision}. Pure. The order of the questions is the policy:
 * deletion, suspension, what the spec refers to, revocation, whose grant it is, delivery of what is there, and only then a redemption.
 */
public final class Lifecycle {
    static final Duration CLIENT_SECRET_READ_AGAIN = Duration.ofSeconds(30);
    /** For a grant that was refused longer ago than this, it is read less often. */
    static final Duration CLIENT_SECRET_WATCHED_CLOSELY = Duration.ofMinutes(10);

    static final Duration CLIENT_SECRET_READ_SLOWLY = Duration.ofMinutes(5);
    static final Duration PROVIDER_READ_AGAIN = Duration.ofSeconds(30);

    /** A pod that is over is not watched for. */
    static final Duration HOLDER_LOOKED_AT_AGAIN = Duration.ofSeconds(30);

    private final Observed observed;
    private final Instant now;
    private final Verdicts verdicts;
    private final Endings endings;
    private final Deliveries deliveries;

    private Lifecycle(Observed observed, Instant now) {
        this.observed = observed;
        this.now = now;
        this.verdicts = new Verdicts(observed, now);
        this.endings = new Endings(observed, now, verdicts);
        this.deliveries = new Deliveries(observed, now);
    }

    public static Decision decide(Observed observed, Instant now) {
        return new Lifecycle(observed, now).decide();
    }

    private Decision decide() {
        if (observed.deletion() != null) {
            return endings.delete(observed.deletion());
        }
        if (observed.settings().suspended()) {
            return verdicts.rest(Trouble.passing(Reason.Suspended, "spec.suspend is true"), null);
        }
        if (observed.isUnreadable() && observed.retry().holdsBack(now)) {
            return verdicts.unreadable();
        }
        Decision ended = endings.withoutClient();
        if (ended != null) {
            return ended;
        }
        return switch (observed.provider()) {
            case ProviderResolution.NotFound(String message) ->
                meanwhile(Trouble.forPerson(Reason.ProviderNotFound, message), null);
            case ProviderResolution.Invalid(String message) ->
                // Its caBundle may be what is wrong, and is not watched.
                meanwhile(Trouble.forPerson(Reason.ProviderInvalid, message), now.plus(PROVIDER_READ_AGAIN));
            case ProviderResolution.Unreachable(String message) ->
                meanwhile(Trouble.passing(Reason.ProviderUnavailable, message), now.plus(PROVIDER_READ_AGAIN));
            case ProviderResolution.Resolved(Provider provider) -> withProvider(provider);
        };
    }

    /** Nothing can be asked of the provider; the token that is there is served all the same. */
    private Decision meanwhile(Trouble trouble, @Nullable Instant until) {
        return deliveries.due() ? new Decision.Deliver() : verdicts.rest(trouble, until);
    }

    private Decision withProvider(Provider provider) {
        return switch (Objects.requireNonNull(observed.client())) {
            case ClientResolution.Problem(Reason reason, String message) ->
                meanwhile(Trouble.forPerson(reason, message), now.plus(CLIENT_SECRET_READ_AGAIN));
            case ClientResolution.Unreadable(String message) ->
                meanwhile(Trouble.passing(Reason.Progressing, message), now.plus(CLIENT_SECRET_READ_AGAIN));
            case ClientResolution.Resolved(Client client) -> withClient(provider, client);
        };
    }

    private Decision withClient(Provider provider, Client client) {
        Grant grant = observed.grant();
        if (grant == null) {
            return obtain(provider, client);
        }
        if (grant.isRevoked()) {
            return observed.replacesConsent(grant)
                    ? obtain(provider, client)
                    : anotherGrant(provider, client, look -> verdicts.revoked(false, look));
        }
        if (grant.revocation() != null) {
            return verdicts.held().orElseGet(() -> new Decision.Revoke(client));
        }
        if (grant.export() != null) {
            return exported(grant, grant.export(), provider, client);
        }
        Decision foreign = belongsElsewhere(grant, provider, client);
        if (foreign != null) {
            return foreign;
        }
        if (isRolledBack(grant)) {
            return verdicts.rolledBack(grant);
        }
        return deliveries.due() ? new Decision.Deliver() : refresh(grant, provider, client);
    }

    private Decision obtain(Provider provider, Client client) {
        if (observed.settings().grantType() == GrantType.ClientCredentials) {
            return verdicts.held().orElseGet(() -> new Decision.CreateGrant(provider, client));
        }
        if (observed.settings().hasExistingGrant()) {
            return verdicts.held().orElseGet(() -> new Decision.TakeExistingGrant(provider, client));
        }
        if (provider.authorizationEndpoint() == null) {
            String message = "provider " + provider.name() + " has no authorization endpoint: set "
                    + "spec.authorization.endpoint (or issuer) there, or grantType: ClientCredentials here";
            return verdicts.rest(Trouble.forPerson(Reason.ProviderInvalid, message), null);
        }
        return verdicts.awaitConsent();
    }

    /** Nothing is sent, whatever is asked, until an admin takes it back or another grant takes its place. */
    private Decision exported(Grant grant, Export export, Provider provider, Client client) {
        if (observed.released() >= export.epoch()) {
            return verdicts.unwritable().orElseGet(() -> new Decision.TakeBack(export.epoch()));
        }
        if (observed.replacesConsent(grant)) {
            return verdicts.held().orElseGet(() -> new Decision.CreateGrant(provider, client));
        }
        if (deliveries.due()) {
            return new Decision.Deliver();
        }
        return observed.settings().hasExistingGrant()
                ? anotherGrant(provider, client, look -> verdicts.exported(export, look))
                : verdicts.exported(export, null);
    }

    private @Nullable Decision belongsElsewhere(Grant grant, Provider provider, Client client) {
        Binding today = GrantTerms.bindingOf(provider, client);
        boolean sameType = grant.grantType() == observed.settings().grantType();
        boolean allowed = sameType && grant.binding().allows(today);
        if (observed.replacesConsent(grant) && toRevoke(grant).isPresent()) {
            return verdicts.consentKept();
        }
        if (observed.settings().grantType() == GrantType.ClientCredentials) {
            // Nobody consented to these scopes: other ones are simply asked for.
            return allowed && observed.asksForScopesOf(grant, provider)
                    ? null
                    : verdicts.held().orElseGet(() -> new Decision.CreateGrant(provider, client));
        }
        if (allowed) {
            return null;
        }
        if (sameType && !observed.rebind().isEmpty() && observed.rebind().equals(today.hash())) {
            return verdicts.unwritable().orElseGet(() -> new Decision.Rebind(today));
        }
        return verdicts.consentRequired(
                "the grant was given to client " + grant.binding().clientId() + " at "
                        + grant.binding().tokenEndpoint()
                        + " and is not sent anywhere else: give consent again, or undo the change of "
                        + "provider or client (an admin may re-bind it: " + today.hash() + ")");
    }

    private Decision refresh(Grant grant, Provider provider, Client client) {
        RedemptionRules rules = GrantTerms.rulesOf(grant, provider, observed.settings());
        boolean requested = isRefreshRequested(grant);
        boolean changed = !observed.retry().inputs().isEmpty()
                && !observed.retry().inputs().equals(observed.inputs());
        Instant due = GrantTerms.dueAt(grant, provider, observed, now);
        if (!requested && !changed && !isOwed(grant) && now.isBefore(due)) {
            return verdicts.current(grant, provider, due);
        }
        Optional<Decision> waiting = waiting(grant, rules);
        if (waiting.isPresent()) {
            return waiting.get();
        }
        boolean insist = requested || changed;
        if (grant.grantType() != GrantType.ClientCredentials
                && Candidates.next(grant, rules, insist, now).isEmpty()) {
            return exhausted(grant, rules, provider, client);
        }
        String request = requested ? observed.requests().refresh() : null;
        return verdicts.held().orElseGet(() -> new Decision.Redeem(provider, client, request, insist));
    }

    /** Whether a redemption is to be made, or what stands in its way to be told, although the token is not due. */
    private boolean isOwed(Grant grant) {
        Intent intent = grant.intent();
        // An attempt that ended and left everything as it was is owed when the token is due, and not before, unless
        // somebody asked for it.
        boolean unfinished = intent != null && (!intent.endedHarmlessly() || intent.request() != null);
        // What was refused is lost, or has a schedule of its own, long before the token lapses.
        boolean refused = grant.isRefused();
        // What was tried and failed is tried again: it had been asked for.
        boolean failing = observed.retry().trouble() != null;
        return unfinished || refused || failing || deliveries.isBehindMark(grant);
    }

    /**
     * Step 8: why the intent that stands lets nobody send. Judged anew each time, so that an end that becomes certain, or an admin's
     * release, counts at once.
     */
    private Optional<Decision> waiting(Grant grant, RedemptionRules rules) {
        Intent intent = grant.intent();
        if (intent == null) {
            return Optional.empty();
        }
        return switch (Takeover.judge(grant, rules, observed.sight(), observed.released(), now)) {
            case Takeover.Verdict.Clear clear -> Optional.empty();
            case Takeover.Verdict.Replay replay -> Optional.empty();
            case Takeover.Verdict.Held(LossWindow window) ->
                Optional.of(verdicts.rest(Trouble.held(window, intent.epoch()), null));
            case Takeover.Verdict.Wait(Instant until, String why) -> {
                boolean fenced = observed.sight().seenFor().compareTo(intent.fence()) < 0;
                // The end of a fence is reckoned from two clocks: as a time it would differ at each look.
                String end = fenced
                        ? "; for " + intent.fence().toSeconds() + " s at most"
                        : "; resolved at " + until.truncatedTo(ChronoUnit.SECONDS);
                Trouble failed = observed.retry().trouble();
                // This process saw how it ended, and says so.
                String words = intent.ended() == null || failed == null
                        ? why
                        : "the end of the last refresh is not known: " + failed.message();
                Trouble trouble = Trouble.passing(Reason.RedemptionUncertain, words + end);
                Instant look = now.plus(HOLDER_LOOKED_AT_AGAIN);
                yield Optional.of(verdicts.rest(trouble, until.isBefore(look) ? until : look));
            }
        };
    }

    private Decision exhausted(Grant grant, RedemptionRules rules, Provider provider, Client client) {
        Instant nextRetry = Candidates.nextRetry(grant, rules, now);
        return observed.settings().hasExistingGrant()
                ? anotherGrant(provider, client, look -> verdicts.exhausted(grant, nextRetry, look))
                // The client Secret is not watched; a changed one may be what the provider waits for.
                : verdicts.exhausted(grant, nextRetry, now.plus(clientSecretReadAgain(grant)));
    }

    /** Who corrects a client does so soon after the refusal, or a while later; nobody watches it for ever. */
    private Duration clientSecretReadAgain(Grant grant) {
        boolean lately = grant.candidates().stream()
                .map(Candidate::refusedAt)
                .anyMatch(at -> at != null && now.isBefore(at.plus(CLIENT_SECRET_WATCHED_CLOSELY)));
        return lately ? CLIENT_SECRET_READ_AGAIN : CLIENT_SECRET_READ_SLOWLY;
    }

    /**
     * A refresh token that somebody puts into the Secret of the existing grant takes the place of a grant that is over.
     *
     * @param over what is told until then, and when to look again
     */
    private Decision anotherGrant(Provider provider, Client client, Function<Instant, Decision> over) {
        return observed.retry().holdsBack(now)
                ? over.apply(observed.retry().notBefore())
                : new Decision.TakeExistingGrant(provider, client);
    }

    /** Client credentials have nothing that could be spent: a restored grant is simply left behind by the next token. */
    private boolean isRolledBack(Grant grant) {
        return grant.grantType() != GrantType.ClientCredentials && deliveries.isBehindMark(grant);
    }

    private boolean isRefreshRequested(Grant grant) {
        String request = observed.requests().refresh();
        return request != null && !request.equals(grant.handled().refresh());
    }

    /** The newest unspent candidate of a summary: the one a revocation names. */
    public static Optional<Candidate> toRevoke(Grant grant) {
        return grant.candidates().stream().filter(c -> c.spentAt() == null).findFirst();
    }
}
