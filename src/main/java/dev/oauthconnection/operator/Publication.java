package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.Delivery;
import dev.oauthconnection.delivery.PublishedToken;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.lifecycle.Backoff;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.oauth.IdTokens;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Step 6 of the redemption: only after an answer is stored is it validated, and only what is valid is published to the token Secret. */
final class Publication {
    private final GrantStore store;
    private final GrantCache grants;
    private final TokenSecrets tokens;
    private final IdTokens idTokens;
    private final RetryMemory memory;
    private final InstantSource clock;
    private final Events events;
    private final Meters meters;

    Publication(
            GrantStore store,
            GrantCache grants,
            TokenSecrets tokens,
            IdTokens idTokens,
            RetryMemory memory,
            InstantSource clock,
            Events events,
            Meters meters) {
        this.store = store;
        this.grants = grants;
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.memory = memory;
        this.clock = clock;
        this.events = events;
        this.meters = meters;
    }

    /** Publishes the last answer of the grant: the one in hand, or else the stored one. */
    void publish(Run run, Observed observed) {
        Grant grant = run.grantInHand()
                .or(() -> store.read(run.key()).map(Stored::grant))
                .orElse(null);
        Answer answer = grant == null ? null : grant.answer();
        if (grant == null || answer == null) {
            grants.forget(run.key());
            return;
        }
        IdTokens.Result validity = validate(grant, answer, observed);
        if (validity instanceof IdTokens.Result.Invalid(String message)) {
            failed(
                    run.connection(),
                    observed,
                    Trouble.forPerson(Reason.AnswerInvalid, message + "; nothing was published from that answer"));
            return;
        }
        boolean unproven = validity instanceof IdTokens.Result.KeysUnavailable;
        PublishedToken token = new PublishedToken(
                answer.accessToken(),
                answer.tokenType(),
                answer.expiresAt(),
                answer.scopes(),
                unproven ? null : answer.idToken(),
                answer.subject());
        deliver(run, observed, token, grant.id() + "/" + answer.epoch());
    }

    /**
     * A refreshed ID token is for the subject of the first one (OpenID Connect Core, section 12.2). One that cannot be checked right now
     * is not published; the access token is.
     */
    private IdTokens.@Nullable Result validate(Grant grant, Answer answer, Observed observed) {
        if (answer.idToken() == null
                || !(observed.provider() instanceof ProviderResolution.Resolved(Provider provider))) {
            return null;
        }
        String issuer = provider.issuer();
        URI keys = provider.jwksUri();
        if (issuer == null) {
            return null;
        }
        if (keys == null) {
            return new IdTokens.Result.KeysUnavailable("the issuer's keys are not known yet");
        }
        IdTokens.Result result = idTokens.validate(
                answer.idToken(), issuer, keys, grant.binding().clientId(), null, answer.requestedAt());
        String before = answer.subject();
        return before != null && result instanceof IdTokens.Result.Valid(String subject) && !subject.equals(before)
                ? new IdTokens.Result.Invalid("the ID token is for another subject than the consent was")
                : result;
    }

    private void deliver(Run run, Observed observed, PublishedToken token, String mark) {
        OAuthConnection connection = run.connection();
        switch (tokens.deliver(connection, token, mark)) {
            case Delivery.Unchanged unchanged -> delivered(run, mark);
            case Delivery.Written written -> {
                delivered(run, mark);
                meters.delivered();
            }
            case Delivery.Refused(Reason reason, String message) ->
                failed(connection, observed, new Trouble(reason, message, true));
            case Delivery.Failed(Reason reason, String message, boolean passing) ->
                failed(connection, observed, new Trouble(reason, message, !passing));
        }
    }

    private void delivered(Run run, String mark) {
        memory.delivery(run.connection().getMetadata().getUid(), Retry.NONE);
        run.delivered(mark);
    }

    private void failed(OAuthConnection connection, Observed observed, Trouble trouble) {
        String uid = connection.getMetadata().getUid();
        int failures = memory.delivery(uid).failures() + 1;
        Instant again = clock.instant().plus(Backoff.after(failures, null, uid));
        memory.delivery(uid, new Retry(failures, again, trouble, observed.inputs()));
        events.warn(connection, trouble.reason(), trouble.message());
    }

    /** The connection is gone. */
    void forget(OAuthConnection connection) {
        tokens.forget(connection);
    }
}
