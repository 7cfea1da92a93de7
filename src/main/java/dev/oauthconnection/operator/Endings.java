package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.lifecycle.Backoff;
import dev.oauthconnection.lifecycle.Decision;
import dev.oauthconnection.lifecycle.Lifecycle;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.oauth.Revocation.Outcome;
import dev.oauthconnection.oauth.Revocation.TokenType;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.provider.ProviderResolution;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How grants end: revoked because somebody asked, or let go with their connection. */
final class Endings {
    private static final Duration GIVEN_UP = Duration.ofHours(24);

    private final KubernetesClient client;
    private final String operatorNamespace;
    private final GrantStore store;
    private final GrantCache grants;
    private final TokenSecrets tokens;
    private final Revocation revocation;
    private final RetryMemory memory;
    private final InstantSource clock;
    private final Events events;

    Endings(
            KubernetesClient client,
            String operatorNamespace,
            GrantStore store,
            GrantCache grants,
            TokenSecrets tokens,
            Revocation revocation,
            RetryMemory memory,
            InstantSource clock,
            Events events) {
        this.client = client;
        this.operatorNamespace = operatorNamespace;
        this.store = store;
        this.grants = grants;
        this.tokens = tokens;
        this.revocation = revocation;
        this.memory = memory;
        this.clock = clock;
        this.events = events;
    }

    /** Sends the revocation that is pending, to the endpoint that the grant is bound to, until it is confirmed or a day has passed. */
    void revoke(Decision.Revoke decision, OAuthConnection connection, GrantKey key, Observed observed) {
        Stored stored = store.read(key).orElse(null);
        PendingRevocation pending = stored == null ? null : stored.grant().revocation();
        if (stored == null || pending == null || pending.doneAt() != null) {
            return;
        }
        String impossible = impossible(stored.grant().binding(), decision.client());
        boolean late = clock.instant().isAfter(pending.since().plus(GIVEN_UP));
        switch (impossible == null
                ? send(stored.grant(), decision.client(), trust(observed))
                : new Outcome.Failed(impossible)) {
            case Outcome.Confirmed confirmed -> {
                if (end(stored, connection, observed, null)) {
                    events.note(connection, Reason.Revoked, "the provider confirmed the revocation");
                }
            }
            case Outcome.Failed(String why) -> {
                if (impossible == null && !late) {
                    again(connection, observed, "the revocation is not confirmed yet: " + why);
                } else {
                    giveUp(stored, connection, observed, impossible == null ? notConfirmed(why) : impossible);
                }
            }
        }
    }

    private static String notConfirmed(String why) {
        return "the provider did not confirm the revocation for " + GIVEN_UP.toHours() + " h (" + why + ")";
    }

    private void giveUp(Stored stored, OAuthConnection connection, Observed observed, String why) {
        if (end(stored, connection, observed, why)) {
            events.warn(
                    connection,
                    Reason.Revoked,
                    why + ": the tokens are deleted here and may still work, end the consent at the provider");
        }
    }

    /**
     * The tokens go, and then it is stored that they did: whatever fails in between, the revocation is repeated, which does no harm.
     *
     * @param unconfirmed why the provider did not confirm it; null when it did
     * @return whether it is stored
     */
    private boolean end(Stored stored, OAuthConnection connection, Observed observed, @Nullable String unconfirmed) {
        try {
            tokens.withdraw(connection);
        } catch (KubernetesClientException e) {
            again(
                    connection,
                    observed,
                    "the grant is revoked, and the token Secret cannot be deleted (HTTP " + e.getCode() + ")");
            return false;
        }
        Instant now = clock.instant();
        Put put = store.put(GrantChanges.revoked(stored.grant(), now, unconfirmed), stored.version());
        return memory.written(connection.getMetadata().getUid(), put, observed.inputs(), now);
    }

    private void again(OAuthConnection connection, Observed observed, String why) {
        String uid = connection.getMetadata().getUid();
        int failures = memory.redemption(uid).failures() + 1;
        Instant at = clock.instant().plus(Backoff.after(failures, null, uid));
        memory.redemption(uid, new Retry(failures, at, new Trouble(Reason.Progressing, why, false), observed.inputs()));
    }

    /** Why no repetition would help; null when one may. */
    private static @Nullable String impossible(Binding binding, Client today) {
        if (binding.revocationEndpoint() == null) {
            return "the provider has no revocation endpoint";
        }
        return binding.clientId().equals(today.id()) ? null : "the grant belongs to another client";
    }

    /** A client is known only where its provider is. */
    private static Trust trust(Observed observed) {
        return observed.provider() instanceof ProviderResolution.Resolved(var provider)
                ? provider.trust()
                : Trust.SYSTEM;
    }

    private Outcome send(Grant grant, Client today, Trust trust) {
        Binding binding = grant.binding();
        URI endpoint = Objects.requireNonNull(binding.revocationEndpoint());
        var candidate = Lifecycle.toRevoke(grant);
        if (candidate.isPresent()) {
            return revocation.revoke(
                    endpoint,
                    trust,
                    today,
                    binding.clientAuthentication(),
                    candidate.get().token(),
                    TokenType.refresh_token);
        }
        if (grant.answer() == null) {
            return new Outcome.Confirmed();
        }
        return revocation.revoke(
                endpoint,
                trust,
                today,
                binding.clientAuthentication(),
                grant.answer().accessToken(),
                TokenType.access_token);
    }

    /** Lets the connection go; what it leaves behind without use is deleted. */
    void releaseFinalizer(OAuthConnection connection, boolean unrevoked) {
        if (unrevoked) {
            events.warn(
                    connection,
                    Reason.Deleting,
                    "the connection goes, and its grant was not revoked: nobody confirmed it in time; the grant Secret is kept,"
                            + " and the consent may have to be ended at the provider");
        }
        try {
            PrimaryUpdateAndCacheUtils.removeFinalizer(client, connection, Names.FINALIZER);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // It went when the finalizer did, and the watch has not said so yet.
        }
    }

    /**
     * The connection is gone: a grant that nobody can use again goes too, the others are retained.
     *
     * @param isThereAgain whether the watch knows another connection of that name by now
     */
    void gone(OAuthConnection connection, GrantKey key, boolean isThereAgain) {
        grants.get(key)
                .filter(stored -> stored.grant().isRevoked()
                        || (stored.grant().candidates().isEmpty()
                                && stored.grant().export() == null))
                .filter(stored -> isThereAgain || !isOutOfSight(connection))
                .ifPresent(stored -> delete(key, stored.version()));
        grants.forget(key);
        memory.forget(connection.getMetadata().getUid());
    }

    /** To a watch with a selector, a connection whose label was changed looks like one that was deleted. */
    private boolean isOutOfSight(OAuthConnection connection) {
        OAuthConnection there = client.resource(connection).get();
        return there != null
                && there.getMetadata().getUid().equals(connection.getMetadata().getUid());
    }

    /** This very version: what somebody wrote meanwhile, such as a new consent, is not the one that is useless. */
    private void delete(GrantKey key, String version) {
        try {
            client.secrets()
                    .inNamespace(operatorNamespace)
                    .withName(key.secretName())
                    .lockResourceVersion(version)
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
