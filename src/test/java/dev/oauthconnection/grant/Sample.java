package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.oauth.TokenAnswer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection's grant in the states that the tests begin with: refresh token {@code rt-1} of epoch 1, access token for half an hour. */
final class Sample {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final GrantKey KEY = new GrantKey("uid-1", "finance", "books");
    static final Binding BINDING = new Binding(
            "https://id.example", URI.create("https://id.example/token"), null, "client", ClientAuthentication.Basic);
    static final Duration LIFETIME = Duration.ofMinutes(30);

    static final RedemptionRules STRICT = rules(Duration.ZERO, true);
    static final RedemptionRules HELD =
            new RedemptionRules(true, Duration.ZERO, true, false, OnAmbiguousRedemption.Hold);
    static final RedemptionRules LENIENT = rules(Duration.ZERO, false);
    static final RedemptionRules GRACE = rules(Duration.ofMinutes(30), false);

    static final Windows WINDOWS = Windows.of(Duration.ofHours(1), STRICT);

    private Sample() {}

    static RedemptionRules rules(Duration grace, boolean reuseRevokesGrant) {
        return new RedemptionRules(true, grace, reuseRevokesGrant, false, OnAmbiguousRedemption.Replay);
    }

    static Grant grant() {
        return grant(List.of(Candidate.fresh(1, null, "rt-1")));
    }

    static Grant grant(List<Candidate> candidates) {
        return grant(candidates, List.of("read"));
    }

    static Grant grant(List<Candidate> candidates, List<String> requestedScopes) {
        return grant("g-1", candidates, requestedScopes, null);
    }

    /** The grant of another consent. */
    static Grant consented(String id) {
        return grant(id, List.of(Candidate.fresh(1, null, "rt-1")), List.of("read"), null);
    }

    /** Made from an existing refresh token with this hash. */
    static Grant taken(String hash) {
        return grant("g-1", List.of(Candidate.fresh(1, null, "rt-1")), List.of("read"), hash);
    }

    private static Grant grant(
            String id, List<Candidate> candidates, List<String> requestedScopes, @Nullable String existingGrantHash) {
        return new Grant(
                KEY,
                id,
                GrantType.AuthorizationCode,
                BINDING,
                candidates.stream().mapToLong(Candidate::epoch).max().orElse(1),
                null,
                candidates,
                Answer.of(1, answer("rt-1"), NOW, List.of("read"), "alice"),
                List.of(id),
                requestedScopes,
                HandledRequests.NONE,
                existingGrantHash,
                null);
    }

    static Grant clientCredentials() {
        return new Grant(
                KEY,
                "g-1",
                GrantType.ClientCredentials,
                BINDING,
                1,
                null,
                List.of(),
                null,
                List.of(),
                List.of("read"),
                HandledRequests.NONE,
                null,
                null);
    }

    static Attempt attempt(String nonce) {
        return new Attempt(nonce, "pod-a/1", WINDOWS, null);
    }

    /** Armed with the newest candidate. */
    static Grant armed(String nonce) {
        return armed(grant(), nonce);
    }

    static Grant armed(Grant grant, String nonce) {
        return GrantChanges.arm(grant, grant.candidates().getFirst(), attempt(nonce), NOW, 0, null);
    }

    static TokenAnswer answer(@Nullable String refreshToken) {
        return new TokenAnswer(
                "at-for-" + refreshToken, "Bearer", LIFETIME, refreshToken, List.of("read"), "id.token.jwt");
    }

    /** What the journal keeps of an answer to the attempt that armed this grant. */
    static JournalEntry entry(String nonce, Grant armed, TokenAnswer answer) {
        Intent intent = armed.intent();
        return new JournalEntry(
                nonce,
                armed,
                intent == null ? 0 : intent.epoch(),
                intent == null ? 1 : intent.candidateEpoch(),
                answer,
                NOW,
                Duration.ZERO,
                null,
                null);
    }
}
