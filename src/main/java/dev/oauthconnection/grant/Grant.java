package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the resource owner's consent gave us, and the journal of its redemptions: the content of a grant Secret. How it changes is in
 * {@link GrantChanges}.
 *
 * @param key whose grant it is, repeated in full
 * @param id of the consent; a new consent is a new id
 * @param grantType whether it has refresh tokens at all
 * @param binding where it may be sent, and nowhere else
 * @param epoch raised by every arming and never lowered, over all grants of this connection
 * @param intent the redemption that is under way; null when there is none
 * @param candidates the refresh tokens that may still work, newest first; empty for client credentials
 * @param answer the last whole answer; null before the first one
 * @param committed the last eight nonces that were committed, newest first
 * @param requestedScopes what the consent asked for
 * @param handled the action requests that were carried out
 * @param existingGrantHash SHA-256 of the existing refresh token that this grant was made from; null when it was not
 * @param revocation the revocation that was asked for; null when none was
 * @param export how it was handed out to be used elsewhere, with the refresh tokens, which are then no candidates here; null when it was not
 */
public record Grant(
        GrantKey key,
        String id,
        GrantType grantType,
        Binding binding,
        long epoch,
        @Nullable Intent intent,
        List<Candidate> candidates,
        @Nullable Answer answer,
        List<String> committed,
        List<String> requestedScopes,
        HandledRequests handled,
        @Nullable String existingGrantHash,
        @Nullable PendingRevocation revocation,
        @Nullable Export export) {

    static final int REMEMBERED_NONCES = 8;

    public Grant {
        // What was edited by hand is told as unreadable where it is read, and not by whoever stumbles over it later.
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(grantType, "grantType");
        Objects.requireNonNull(binding, "binding");
        Objects.requireNonNull(handled, "handled");
        candidates = List.copyOf(candidates);
        committed = List.copyOf(committed);
        requestedScopes = List.copyOf(requestedScopes);
    }

    /** A grant that was not exported. */
    public Grant(
            GrantKey key,
            String id,
            GrantType grantType,
            Binding binding,
            long epoch,
            @Nullable Intent intent,
            List<Candidate> candidates,
            @Nullable Answer answer,
            List<String> committed,
            List<String> requestedScopes,
            HandledRequests handled,
            @Nullable String existingGrantHash,
            @Nullable PendingRevocation revocation) {
        this(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates,
                answer,
                committed,
                requestedScopes,
                handled,
                existingGrantHash,
                revocation,
                null);
    }

    /** Whether an attempt of this nonce was committed. */
    public boolean hasCommitted(String nonce) {
        return committed.contains(nonce);
    }

    /** Whether the intent that stands is this attempt's. */
    public boolean isArmedBy(String nonce) {
        return intent != null && intent.nonce().equals(nonce);
    }

    public Optional<Candidate> candidate(long candidateEpoch) {
        return candidates.stream().filter(c -> c.epoch() == candidateEpoch).findFirst();
    }

    /** The same without any token: what may be seen, cached and mirrored as an annotation. */
    public Grant summary() {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates.stream().map(Candidate::withoutToken).toList(),
                answer == null ? null : answer.withoutTokens(),
                committed,
                requestedScopes,
                handled,
                null,
                revocation,
                export == null ? null : export.withoutTokens());
    }

    /** Through which window it was lost: there was a successor to one of its refresh tokens that never came to be stored. */
    public Optional<LossWindow> lostThrough() {
        return candidates.stream()
                .map(Candidate::lostThrough)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Whether the provider refused its newest refresh token. */
    public boolean isRefused() {
        return !candidates.isEmpty() && candidates.getFirst().refusedAt() != null;
    }

    /** Whether this refresh token is stored with it, here or among those that were exported. */
    public boolean holds(String refreshToken) {
        return Stream.concat(candidates.stream(), export == null ? Stream.empty() : export.candidates().stream())
                .anyMatch(c -> c.token().equals(refreshToken));
    }

    /** Whether the grant can no longer be used because it was revoked. */
    public boolean isRevoked() {
        return revocation != null && revocation.doneAt() != null;
    }

    Grant with(@Nullable Intent newIntent, List<Candidate> newCandidates) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                newIntent,
                newCandidates,
                answer,
                committed,
                requestedScopes,
                handled,
                existingGrantHash,
                revocation,
                export);
    }

    Grant with(HandledRequests newHandled) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates,
                answer,
                committed,
                requestedScopes,
                newHandled,
                existingGrantHash,
                revocation,
                export);
    }

    Grant with(long newEpoch, Binding newBinding) {
        return new Grant(
                key,
                id,
                grantType,
                newBinding,
                newEpoch,
                intent,
                candidates,
                answer,
                committed,
                requestedScopes,
                handled,
                existingGrantHash,
                revocation,
                export);
    }

    Grant with(@Nullable PendingRevocation newRevocation) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates,
                answer,
                committed,
                requestedScopes,
                handled,
                existingGrantHash,
                newRevocation,
                export);
    }

    Grant with(@Nullable Answer newAnswer, List<String> newCommitted) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates,
                newAnswer,
                newCommitted,
                requestedScopes,
                handled,
                existingGrantHash,
                revocation,
                export);
    }

    Grant withExistingGrantHash(@Nullable String hash) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                candidates,
                answer,
                committed,
                requestedScopes,
                handled,
                hash,
                revocation,
                export);
    }

    Grant withExport(@Nullable Export newExport, List<Candidate> newCandidates) {
        return new Grant(
                key,
                id,
                grantType,
                binding,
                epoch,
                intent,
                newCandidates,
                answer,
                committed,
                requestedScopes,
                handled,
                existingGrantHash,
                revocation,
                newExport);
    }

    @Override
    public String toString() {
        return "Grant[" + key + " " + id + "/" + epoch + ", " + candidates + ", "
                + Objects.requireNonNullElse(intent, "no intent") + (export == null ? "" : ", " + export) + "]";
    }
}
