package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes grants: from the answer to a consent, from an existing refresh token, from nothing for client credentials. */
public final class NewGrants {

    /** What a new grant must know about the connection it is for. */
    public interface Surroundings {
        /** The epoch that the connection's token Secret carries; 0 for none. A new grant begins above it. */
        long markedEpoch(GrantKey key);

        /** The action requests that are there now: they were meant for an earlier grant and count as handled. */
        HandledRequests requested(GrantKey key);
    }

    /** What came of making a consent's answer the grant. */
    public sealed interface Result {
        record Installed() implements Result {}

        /** Another consent was first. The answer is in the journal until somebody has disposed of it. */
        record Superseded(JournalEntry entry, String message) implements Result {}

        /** It is in the journal and will be stored once the API server takes it. */
        record Kept(String why) implements Result {}
    }

    private final Redemption redemption;
    private final GrantStore store;
    private final Surroundings surroundings;

    public NewGrants(Redemption redemption, GrantStore store, Surroundings surroundings) {
        this.redemption = redemption;
        this.store = store;
        this.surroundings = surroundings;
    }

    /** The id of the grant that a connection has; null for none. */
    public @Nullable String currentGrantId(GrantKey key) {
        return store.read(key).map(s -> s.grant().id()).orElse(null);
    }

    /**
     * What the grant of a consent will be, but for the answer. It holds all that is asked of the API server, so that nothing stands
     * between the answer and the journal.
     *
     * @param grantId of the new grant
     * @param replaces the grant id the connection had when the consent began; null for none
     * @param epoch of the new grant
     */
    public record Prepared(
            GrantKey key,
            String grantId,
            @Nullable String replaces,
            Binding binding,
            List<String> requestedScopes,
            long epoch,
            HandledRequests handled) {}

    /** Asks for all that the answer to a consent will need. To be called before the code is sent; throws what the API server makes it throw. */
    public Prepared prepare(
            GrantKey key, String grantId, @Nullable String replaces, Binding binding, List<String> requestedScopes) {
        return new Prepared(
                key,
                grantId,
                replaces,
                binding,
                requestedScopes,
                surroundings.markedEpoch(key) + 1,
                surroundings.requested(key));
    }

    /** Keeps the answer to a consent in the journal, as it came: from here on a crash does not lose it. Its ID token is not yet believed. */
    public void keep(Prepared prepared, TokenAnswer answer, Instant requestedAt) {
        redemption.keep(kept(prepared, answer, requestedAt));
    }

    /** The journal entry of an answer that was kept, for whoever disposes of one that must not become a grant. */
    public JournalEntry kept(Prepared prepared, TokenAnswer answer, Instant requestedAt) {
        return entry(prepared, answer.withoutIdToken(), requestedAt, null);
    }

    /**
     * Makes the answer to a consent the connection's grant: journal first, then commit until it lands.
     *
     * @param subject of the validated ID token; null where there is none
     */
    public Result install(Prepared prepared, TokenAnswer answer, Instant requestedAt, @Nullable String subject) {
        try {
            return switch (redemption.keepAndCommit(entry(prepared, answer, requestedAt, subject))) {
                case Outcome.Kept(JournalEntry kept, String why) -> new Result.Kept(why);
                case Outcome.Superseded(JournalEntry late) ->
                    new Result.Superseded(late, "another consent for this connection was completed first");
                default -> new Result.Installed();
            };
        } catch (GrantStore.Unreadable e) {
            return new Result.Kept(String.valueOf(e.getMessage()));
        }
    }

    private static JournalEntry entry(
            Prepared prepared, TokenAnswer answer, Instant requestedAt, @Nullable String subject) {
        long epoch = prepared.epoch();
        String grantId = prepared.grantId();
        String refreshToken = answer.refreshToken();
        Grant grant = new Grant(
                prepared.key(),
                grantId,
                GrantType.AuthorizationCode,
                prepared.binding(),
                epoch,
                null,
                refreshToken == null ? List.of() : List.of(Candidate.fresh(epoch, null, refreshToken)),
                Answer.fits(answer) ? Answer.of(epoch, answer, requestedAt, prepared.requestedScopes(), subject) : null,
                List.of(grantId),
                prepared.requestedScopes(),
                prepared.handled(),
                null,
                null);
        String replaces = prepared.replaces();
        return new JournalEntry(
                grantId, grant, 0, 0, answer, requestedAt, Duration.ZERO, null, replaces == null ? "" : replaces);
    }

    /** Creates the grant of a client-credentials connection, or replaces it after provider or client changed; it has no token yet. */
    public Put createForClientCredentials(
            GrantKey key, String grantId, Binding binding, List<String> scopes, GrantStore.@Nullable Stored old) {
        Grant grant = new Grant(
                key,
                grantId,
                GrantType.ClientCredentials,
                binding,
                surroundings.markedEpoch(key) + 1,
                null,
                List.of(),
                null,
                List.of(),
                scopes,
                surroundings.requested(key),
                null,
                null);
        return put(grant, old);
    }

    /**
     * Takes over a refresh token from elsewhere.
     *
     * @param hash of that token, remembered so that it is not taken twice
     */
    public Put createFromExisting(
            GrantKey key,
            String grantId,
            Binding binding,
            String refreshToken,
            String hash,
            List<String> scopes,
            GrantStore.@Nullable Stored old) {
        long epoch = surroundings.markedEpoch(key) + 1;
        Grant grant = new Grant(
                key,
                grantId,
                GrantType.AuthorizationCode,
                binding,
                epoch,
                null,
                List.of(Candidate.fresh(epoch, null, refreshToken)),
                null,
                List.of(),
                scopes,
                surroundings.requested(key),
                hash,
                null);
        return put(grant, old);
    }

    private Put put(Grant grant, GrantStore.@Nullable Stored old) {
        return old == null ? store.create(grant) : store.put(GrantChanges.replace(old.grant(), grant), old.version());
    }
}
