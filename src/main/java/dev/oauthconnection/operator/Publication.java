package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.Delivery;
import dev.oauthconnection.delivery.Mark;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Step 6 of the redemption: only after an answer is stored is it validated, and only what is valid is published to the token Secret. */
final class Publication {
    /** A team that applies the Role waits for it. */
    private static final Duration ROLE_LOOKED_AT_AGAIN = Duration.ofSeconds(30);

    private final GrantStore store;
    private final GrantCache grants;
    private final TokenSecrets tokens;
    private final IdTokens idTokens;
    private final RetryMemory memory;
    private final DueTimes dueTimes;
    private final InstantSource clock;
    private final Events events;
    private final Meters meters;
    /** By the connection's UID: the grant whose ID token was said to be left out. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    Publication(
            GrantStore store,
            GrantCache grants,
            TokenSecrets tokens,
            IdTokens idTokens,
            RetryMemory memory,
            DueTimes dueTimes,
            InstantSource clock,
            Events events,
            Meters meters) {
        this.store = store;
        this.grants = grants;
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.memory = memory;
        this.dueTimes = dueTimes;
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
        IdTokens.Result validity = validate(grant, answer, run.connection(), observed);
        if (validity instanceof IdTokens.Result.Invalid(String message)) {
            failed(
                    run.connection(),
                    observed,
                    Trouble.forPerson(Reason.AnswerInvalid, message + "; nothing was published from that answer"));
            return;
        }
        boolean proven = validity instanceof IdTokens.Result.Valid;
        PublishedToken token = new PublishedToken(
                answer.accessToken(),
                answer.tokenType(),
                answer.expiresAt(),
                answer.scopes(),
                proven ? answer.idToken() : null,
                answer.subject());
        if (deliver(run, observed, token, new Mark(grant.id(), answer.epoch(), grant.existingGrantHash()))) {
            meters.delivered();
            dueTimes.published(
                            run.connection().getMetadata().getUid(), grant.id(), answer.requestedAt(), clock.instant())
                    .ifPresent(meters::late);
        }
    }

    /**
     * A refreshed ID token is for the subject of the first one (OpenID Connect Core, section 12.2). One that cannot be checked is not
     * published; the access token is. Null where there is none.
     */
    private IdTokens.@Nullable Result validate(
            Grant grant, Answer answer, OAuthConnection connection, Observed observed) {
        if (answer.idToken() == null) {
            return null;
        }
        if (!(observed.provider() instanceof ProviderResolution.Resolved(Provider provider))) {
            return new IdTokens.Result.KeysUnavailable("the provider is not known right now");
        }
        String issuer = provider.issuer();
        URI keys = provider.jwksUri();
        if (issuer == null) {
            tellOnce(connection, grant.id(), provider);
            return new IdTokens.Result.KeysUnavailable("the provider has no issuer");
        }
        if (keys == null) {
            return new IdTokens.Result.KeysUnavailable("the issuer's keys are not known yet");
        }
        IdTokens.Result result = idTokens.validate(
                answer.idToken(),
                issuer,
                new IdTokens.KeySource(keys, provider.trust()),
                grant.binding().clientId(),
                null,
                answer.requestedAt());
        String before = answer.subject();
        return before != null && result instanceof IdTokens.Result.Valid(String subject) && !subject.equals(before)
                ? new IdTokens.Result.Invalid("the ID token is for another subject than the consent was")
                : result;
    }

    /** No failure, since the access token is what was asked for; and not at each refresh, since nothing changes from one to the next. */
    private void tellOnce(OAuthConnection connection, String grantId, Provider provider) {
        if (!grantId.equals(told.put(connection.getMetadata().getUid(), grantId))) {
            events.note(
                    connection,
                    Reason.TokenCurrent,
                    "the ID token is not published, since without an issuer nobody can check it: set spec.issuer of provider "
                            + provider.name() + ", or leave the scope openid out");
        }
    }

    /** Whether the Secret was written. */
    private boolean deliver(Run run, Observed observed, PublishedToken token, Mark mark) {
        OAuthConnection connection = run.connection();
        switch (tokens.deliver(connection, token, mark)) {
            case Delivery.Unchanged unchanged -> delivered(run, mark);
            case Delivery.Written written -> {
                delivered(run, mark);
                return true;
            }
            case Delivery.Refused(Reason reason, String message) ->
                failed(connection, observed, new Trouble(reason, message, true));
            case Delivery.Failed(Reason reason, String message, boolean passing) ->
                failed(connection, observed, new Trouble(reason, message, !passing));
        }
        return false;
    }

    private void delivered(Run run, Mark mark) {
        memory.delivery(run.connection().getMetadata().getUid(), Retry.NONE);
        run.delivered(mark);
    }

    private void failed(OAuthConnection connection, Observed observed, Trouble trouble) {
        String uid = connection.getMetadata().getUid();
        int failures = memory.delivery(uid).failures() + 1;
        Duration pause = trouble.reason() == Reason.SecretAccessMissing
                ? ROLE_LOOKED_AT_AGAIN
                : Backoff.after(failures, null, uid);
        Instant again = clock.instant().plus(pause);
        memory.delivery(uid, new Retry(failures, again, trouble, observed.inputs()));
        events.warn(connection, trouble.reason(), trouble.message());
    }

    /** The connection is gone. */
    void forget(OAuthConnection connection) {
        tokens.forget(connection);
        told.remove(connection.getMetadata().getUid());
        dueTimes.forget(connection.getMetadata().getUid());
    }
}
