package dev.oauthconnection.grant;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A grant that was handed out to be used elsewhere, so that two sides never redeem the same refresh token. The refresh tokens are here and
 * no longer among the candidates: whatever looks for one to send finds none, an operator of a version before this one included.
 *
 * @param id names this export; who knows it may have the same once more
 * @param at when it was made
 * @param by who made it, as the API server knows them
 * @param epoch raised by the export; what an admin releases to take it back
 * @param candidates the refresh tokens, newest first
 */
public record Export(String id, Instant at, String by, long epoch, List<Candidate> candidates) {
    public Export {
        candidates = List.copyOf(candidates);
    }

    /** The refresh token that is handed out: the newest that nobody has spent and the provider did not refuse. */
    public Optional<Candidate> handedOut() {
        return usable(candidates);
    }

    static Optional<Candidate> usable(List<Candidate> candidates) {
        return candidates.stream()
                .filter(c -> c.spentAt() == null && c.refusedAt() == null)
                .findFirst();
    }

    Export withoutTokens() {
        return new Export(
                id,
                at,
                by,
                epoch,
                candidates.stream().map(Candidate::withoutToken).toList());
    }

    Export with(List<Candidate> newCandidates) {
        return new Export(id, at, by, epoch, newCandidates);
    }

    @Override
    public String toString() {
        return "Export[" + id + ", " + at + ", " + epoch + "]";
    }
}
