package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.OAuthConnectionSpec.OnDelete;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.Pkce;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Doubt;
import dev.oauthconnection.grant.Export;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.LossWindow;
import dev.oauthconnection.grant.PendingRevocation;
import dev.oauthconnection.grant.Takeover;
import dev.oauthconnection.lifecycle.Decision.Rest;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.IssuerCircuit;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection in some situation. It begins healthy: ten minutes into a token of thirty, published, with one refresh token. */
public final class Situation {
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration FENCE = Duration.ofSeconds(45);
    static final String INPUTS = "inputs";
    static final Client CLIENT = new Client("app", "s3cr3t");
    static final long EPOCH = 5;

    Instant now = NOW;
    GrantType grantType = GrantType.AuthorizationCode;
    GrantType grantedBy = GrantType.AuthorizationCode;

    @Nullable
    List<String> scopes = List.of("read", "write");

    List<String> requestedScopes = List.of("read", "write");
    boolean existingGrant;

    @Nullable
    Duration before;

    OnAmbiguousRedemption onAmbiguous = OnAmbiguousRedemption.Replay;
    OnDelete onDelete = OnDelete.Retain;
    boolean suspended;

    @Nullable
    String refreshRequest;

    @Nullable
    String revokeRequest;

    @Nullable
    String handledRefresh;

    @Nullable
    String handledRevoke;

    Observed.@Nullable Deletion deletion;

    @Nullable
    ProviderResolution provider;

    @Nullable
    ClientResolution client = new ClientResolution.Resolved(CLIENT);

    @Nullable
    URI authorizationEndpoint = URI.create("https://id.example/authorize");

    boolean endsAccessToken;
    boolean reuseRevokes;
    Duration grace = Duration.ZERO;

    @Nullable
    Duration idle;

    boolean granted = true;
    boolean answered = true;
    long answeredAt = EPOCH;
    Binding binding = new Binding(
            "https://id.example", URI.create("https://id.example/token"), null, "app", ClientAuthentication.Basic);
    Instant requestedAt = NOW.minus(Duration.ofMinutes(10));
    Instant expiresAt = NOW.plus(Duration.ofMinutes(20));
    List<Candidate> candidates = List.of(fresh(EPOCH));
    long epoch = EPOCH;

    @Nullable
    Intent intent;

    @Nullable
    String armedFor;

    @Nullable
    PendingRevocation revocation;

    @Nullable
    Export export;

    long released;
    String rebind = "";
    Observed.@Nullable TokenView token = view(EPOCH, true);
    Takeover.Sight sight = new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown);

    @Nullable
    Duration circuitPause;

    boolean issuerFailing = true;

    Retry retry = Retry.NONE;
    Retry deliveryRetry = Retry.NONE;

    static Candidate fresh(long epoch) {
        return new Candidate(epoch, null, "", null, null, 0, null);
    }

    static Candidate refused(long epoch, Instant at, int times) {
        return new Candidate(epoch, null, "", null, at, times, null);
    }

    static Candidate lost(long epoch, Instant at) {
        return lost(epoch, at, LossWindow.AnswerLost);
    }

    static Candidate lost(long epoch, Instant at, LossWindow window) {
        return new Candidate(epoch, null, "", null, at, 1, window);
    }

    Observed.TokenView view(long ofEpoch, boolean current) {
        return new Observed.TokenView("g-1", ofEpoch, current, expiresAt);
    }

    Situation clientCredentials() {
        grantType = GrantType.ClientCredentials;
        grantedBy = GrantType.ClientCredentials;
        candidates = List.of();
        return this;
    }

    /** Nobody consented yet. */
    Situation first() {
        granted = false;
        token = null;
        return this;
    }

    /** The grant was made, and its first token is still to come. */
    Situation unanswered() {
        answered = false;
        token = null;
        return this;
    }

    /** The published token lapsed five minutes ago. */
    Situation lapsed() {
        requestedAt = NOW.minus(Duration.ofMinutes(35));
        expiresAt = NOW.minus(Duration.ofMinutes(5));
        token = token == null ? null : view(token.epoch(), token.current());
        return this;
    }

    /** The token is valid and a refresh of it is due. */
    Situation due() {
        requestedAt = NOW.minus(Duration.ofMinutes(29));
        expiresAt = NOW.plus(Duration.ofMinutes(1));
        token = token == null ? null : view(token.epoch(), token.current());
        return this;
    }

    Situation armed(Intent.@Nullable Ended ended, @Nullable Doubt doubt) {
        epoch = EPOCH + 1;
        intent =
                new Intent(epoch, "n", "pod/1", EPOCH, now.minus(Duration.ofMinutes(2)), FENCE, doubt, armedFor, ended);
        return this;
    }

    /** The grant was handed out, and the mark of the token Secret says so. */
    Situation exported() {
        epoch = EPOCH + 1;
        export = new Export("x-1", NOW.minusSeconds(60), "admin", epoch, candidates);
        candidates = List.of();
        answeredAt = epoch;
        token = token == null ? null : view(epoch, true);
        return this;
    }

    Situation failing(Reason reason, boolean needsPerson, Duration left) {
        retry = new Retry(1, now.plus(left), new Trouble(reason, "trouble", needsPerson), INPUTS);
        return this;
    }

    Situation undelivered(Reason reason, boolean needsPerson, Duration left) {
        deliveryRetry = new Retry(1, now.plus(left), new Trouble(reason, "trouble", needsPerson), INPUTS);
        return this;
    }

    Provider theProvider() {
        return new Provider(
                "acme",
                "https://id.example",
                URI.create("https://id.example/token"),
                authorizationEndpoint,
                null,
                null,
                null,
                Trust.SYSTEM,
                false,
                Pkce.S256,
                " ",
                "scope",
                List.of("openid"),
                Map.of(),
                null,
                Map.of(),
                Map.of(),
                Duration.ofHours(1),
                Set.of(429, 503),
                new Provider.RefreshTokens(Rotation.Always, grace, reuseRevokes, idle, endsAccessToken),
                RevocationEnds.Consent,
                null);
    }

    @Nullable
    Grant grant() {
        if (!granted) {
            return null;
        }
        Answer answer = answered
                ? new Answer(answeredAt, "", "Bearer", requestedAt, expiresAt, requestedScopes, null, null)
                : null;
        return new Grant(
                new GrantKey("ns-uid", "finance", "books"),
                "g-1",
                grantedBy,
                binding,
                epoch,
                intent,
                candidates,
                answer,
                List.of(),
                requestedScopes,
                new HandledRequests(handledRefresh, handledRevoke),
                null,
                revocation,
                export);
    }

    public Observed observed() {
        ProviderResolution resolution = provider == null ? new ProviderResolution.Resolved(theProvider()) : provider;
        return new Observed(
                "uid-1",
                new ConnectionSettings(
                        "acme", grantType, scopes, existingGrant, before, true, onAmbiguous, onDelete, suspended),
                new Observed.Requests(refreshRequest, revokeRequest),
                deletion,
                resolution,
                resolution instanceof ProviderResolution.Resolved ? client : null,
                INPUTS,
                grant(),
                released,
                rebind,
                token,
                sight,
                circuitPause == null ? null : new IssuerCircuit.Refusal(circuitPause, issuerFailing),
                retry,
                deliveryRetry);
    }

    Decision decide() {
        return Lifecycle.decide(observed(), now);
    }

    Rest rest() {
        return (Rest) decide();
    }

    public Verdict verdict() {
        return rest().verdict();
    }
}
