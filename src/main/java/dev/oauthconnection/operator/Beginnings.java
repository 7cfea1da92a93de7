package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.ExistingGrant;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.delivery.SecretRights;
import dev.oauthconnection.delivery.TokenSecrets;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.NewGrants;
import dev.oauthconnection.grant.RefreshTokenHash;
import dev.oauthconnection.lifecycle.Decision;
import dev.oauthconnection.lifecycle.GrantTerms;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.provider.Provider;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Grants that begin without a consent: client credentials, and a refresh token from elsewhere. */
final class Beginnings {
    private static final Duration SECRET_READ_AGAIN = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final SecretRights rights;
    private final GrantStore store;
    private final NewGrants newGrants;
    private final TokenSecrets tokens;
    private final RetryMemory memory;
    private final InstantSource clock;

    Beginnings(
            KubernetesClient client,
            SecretRights rights,
            GrantStore store,
            NewGrants newGrants,
            TokenSecrets tokens,
            RetryMemory memory,
            InstantSource clock) {
        this.client = client;
        this.rights = rights;
        this.store = store;
        this.newGrants = newGrants;
        this.tokens = tokens;
        this.memory = memory;
        this.clock = clock;
    }

    void createForClientCredentials(
            Decision.CreateGrant create, OAuthConnection connection, GrantKey key, Observed observed) {
        Stored old = store.read(key).orElse(null);
        if (!Objects.equals(idOf(old == null ? null : old.grant()), idOf(observed.grant()))) {
            // A consent came meanwhile: what is to become of it is decided anew.
            return;
        }
        Put put = newGrants.createForClientCredentials(
                key,
                UUID.randomUUID().toString(),
                GrantTerms.bindingOf(create.provider(), create.client()),
                observed.settings().scopesOr(create.provider().defaultScopes()),
                old);
        remember(put, connection, observed);
    }

    void takeExisting(Decision.TakeExistingGrant take, OAuthConnection connection, GrantKey key, Observed observed) {
        ExistingGrant existing = Objects.requireNonNull(connection.getSpec().existingGrant());
        String name = existing.secretRef().name();
        boolean first = observed.grant() == null;
        Secret secret;
        try {
            secret = client.secrets()
                    .inNamespace(connection.getMetadata().getNamespace())
                    .withName(name)
                    .get();
        } catch (KubernetesClientException e) {
            Optional<Trouble> missing =
                    rights.missing(e, connection).map(m -> Trouble.forPerson(Reason.SecretAccessMissing, m));
            wait(connection, observed, first ? missing.orElseGet(() -> unread(name, e.getCode())) : null);
            return;
        }
        @Nullable String token = secret == null ? null : KubernetesClients.value(secret, Names.REFRESH_TOKEN);
        if (token == null || token.isEmpty()) {
            String problem = secret == null
                    ? "there is no Secret " + name + ": create it with the key refresh_token"
                    : "the Secret " + name + " has no refresh_token, or an empty one: fill it in";
            wait(connection, observed, first ? Trouble.forPerson(Reason.ExistingGrantInvalid, problem) : null);
            return;
        }
        Binding today = GrantTerms.bindingOf(take.provider(), take.client());
        Optional<String> foreign = ExportedGrants.belongsElsewhere(secret, today);
        if (foreign.isPresent()) {
            wait(connection, observed, first ? Trouble.forPerson(Reason.ExistingGrantInvalid, foreign.get()) : null);
            return;
        }
        String hash = RefreshTokenHash.of(token);
        Optional<Stored> old = store.read(key);
        Grant oldGrant = old.map(Stored::grant).orElse(null);
        if (oldGrant != null && hash.equals(oldGrant.existingGrantHash())) {
            // It was taken before; what became of that grant is said already. Another one may be put there at any time.
            wait(connection, observed, null);
            return;
        }
        if (oldGrant == null && mayBeSpent(take.provider()) && wasTaken(hash, connection)) {
            String problem = "the refresh token in the Secret " + name
                    + " was taken before, and the grant Secret that was made from it is gone: restore that, put another "
                    + "refresh token there, or remove spec.existingGrant and give consent";
            wait(connection, observed, Trouble.forPerson(Reason.ExistingGrantInvalid, problem));
            return;
        }
        Put put = newGrants.createFromExisting(
                key,
                UUID.randomUUID().toString(),
                today,
                token,
                hash,
                observed.settings().scopesOr(take.provider().defaultScopes()),
                old.orElse(null));
        remember(put, connection, observed);
    }

    /** Where refresh tokens are never replaced, the one from elsewhere still works, and brings the grant back. */
    private static boolean mayBeSpent(Provider provider) {
        return provider.refreshTokens().rotation() != Rotation.None;
    }

    private boolean wasTaken(String hash, OAuthConnection connection) {
        return tokens.existingGrantOf(connection).filter(hash::equals).isPresent();
    }

    private static Trouble unread(String name, int status) {
        boolean forbidden = status == HttpURLConnection.HTTP_FORBIDDEN;
        String problem = "the Secret " + name + " cannot be read (HTTP " + status + ")";
        return forbidden
                ? Trouble.forPerson(Reason.ExistingGrantInvalid, problem + ": check the operator's rights")
                : new Trouble(Reason.Progressing, problem + "; it is read again", false);
    }

    private static @Nullable String idOf(@Nullable Grant grant) {
        return grant == null ? null : grant.id();
    }

    private void remember(Put put, OAuthConnection connection, Observed observed) {
        memory.written(connection.getMetadata().getUid(), put, observed.inputs(), clock.instant());
    }

    private void wait(OAuthConnection connection, Observed observed, @Nullable Trouble trouble) {
        String uid = connection.getMetadata().getUid();
        memory.redemption(uid, new Retry(1, clock.instant().plus(SECRET_READ_AGAIN), trouble, observed.inputs()));
    }
}
