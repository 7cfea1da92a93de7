package dev.oauthconnection.consent;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.JournalEntry.Unwanted;
import dev.oauthconnection.grant.LateAnswers;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.lifecycle.Backoff;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.Revocation;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.provider.ClientResolution;
import dev.oauthconnection.provider.Clients;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.Providers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that nobody wants any more: another consent was first, the grant was revoked or replaced meanwhile, or the ID token was not for
 * us. Such a grant is revoked at the provider only where a revocation ends the token alone. Where it would end the whole consent of user
 * and client, the grant that is in use included, it is forgotten. Where the grant that it belongs to is in use again, since a backup was
 * put back, it is stored with it ({@link LateAnswers}).
 *
 * <p>The journal has the answer until then, marked, so that no process takes it for one to be stored: a revocation that fails is repeated
 * with growing pauses for a day, also by the next process. An event says how it ended.
 */
public final class LateGrants {
    private static final Logger LOG = LoggerFactory.getLogger(LateGrants.class);
    private static final Duration GIVEN_UP = Duration.ofHours(24);

    private final Revoker revoker;
    private final GrantStore store;
    private final Redemption journal;
    private final Providers providers;
    private final Clients clients;
    private final InstantSource clock;
    private final Events events;
    /** By nonce. Losing it costs one more try each. */
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    /** The port through which a token is revoked; {@link Revocation#revoke} is behind it. */
    @FunctionalInterface
    public interface Revoker {
        Revocation.Outcome revoke(
                URI endpoint,
                Trust trust,
                Client client,
                ClientAuthentication authentication,
                String token,
                Revocation.TokenType type);
    }

    private record Pause(int failures, Instant until) {}

    /** What became of the refresh token of an unwanted answer. */
    private sealed interface Fate {
        /** All that could be done is done. */
        record Over(String said) implements Fate {}

        /** It works still, as far as we know, and another try may end it. */
        record Open(String why) implements Fate {}

        /** The grant that it belongs to is in use again. */
        record Wanted() implements Fate {}
    }

    public LateGrants(
            Revoker revoker,
            GrantStore store,
            Redemption journal,
            Providers providers,
            Clients clients,
            InstantSource clock,
            Events events) {
        this.revoker = revoker;
        this.store = store;
        this.journal = journal;
        this.providers = providers;
        this.clients = clients;
        this.clock = clock;
        this.events = events;
    }

    /** Whether an answer waits for the next try to end it. */
    public boolean holdsBack(JournalEntry entry) {
        Pause pause = pauses.get(entry.nonce());
        return pause != null && clock.instant().isBefore(pause.until());
    }

    /** Remembers in the journal that this answer came too late, so that it is disposed of whatever happens to this process. */
    public JournalEntry mark(JournalEntry entry) {
        return entry.isConsent()
                ? mark(
                        entry,
                        Reason.ConsentSuperseded,
                        "A consent came too late: another consent for this connection was completed first.")
                : mark(entry, Reason.ConsentRequired, "An answer for an earlier consent came late.");
    }

    private JournalEntry mark(JournalEntry entry, Reason reason, String why) {
        if (entry.unwanted() != null) {
            return entry;
        }
        JournalEntry marked = entry.unwanted(clock.instant(), reason, why);
        journal.keep(marked);
        return marked;
    }

    /** An answer whose ID token is not the right one: it must not become the grant. */
    void reject(JournalEntry entry, OAuthConnection connection, String why) {
        dispose(mark(entry, Reason.AnswerInvalid, why), connection);
    }

    /**
     * Ends the refresh token of an answer that came too late, and only then forgets the answer.
     *
     * @param connection null when there is none any more
     */
    public void dispose(JournalEntry entry, @Nullable OAuthConnection connection) {
        JournalEntry marked = mark(entry);
        Unwanted unwanted = Objects.requireNonNull(marked.unwanted());
        if (holdsBack(marked)) {
            return;
        }
        Instant givenUp = unwanted.since().plus(GIVEN_UP);
        switch (fate(marked, connection)) {
            case Fate.Over(String said) -> over(marked, connection, said);
            case Fate.Open(String why)
            when clock.instant().isAfter(givenUp) ->
                over(
                        marked,
                        connection,
                        "Its refresh token was forgotten and may still work: its revocation was given up after "
                                + GIVEN_UP.toHours() + " h (" + why + "); end the consent at the provider.");
            case Fate.Open(String why) -> again(marked, connection, why);
            case Fate.Wanted() -> takeBack(marked, connection);
        }
    }

    /** What the API server does not take stays in the journal, as any answer does. */
    private void takeBack(JournalEntry entry, @Nullable OAuthConnection connection) {
        journal.commitAfterAll(entry);
        pauses.remove(entry.nonce());
        tell(
                entry,
                connection,
                "The grant of that consent is in use again (a restored backup?), so the answer is stored with it and not revoked.");
    }

    private void over(JournalEntry entry, @Nullable OAuthConnection connection, String said) {
        tell(entry, connection, said);
        journal.forget(entry.nonce());
        pauses.remove(entry.nonce());
    }

    private void again(JournalEntry entry, @Nullable OAuthConnection connection, String why) {
        Pause before = pauses.get(entry.nonce());
        int failures = before == null ? 1 : before.failures() + 1;
        if (before == null) {
            tell(entry, connection, "Its refresh token is not revoked yet: " + why + "; it is tried again for a day.");
        }
        Instant next = clock.instant().plus(Backoff.after(failures, null, entry.nonce()));
        pauses.put(entry.nonce(), new Pause(failures, next));
    }

    private void tell(JournalEntry entry, @Nullable OAuthConnection connection, String said) {
        Unwanted unwanted = Objects.requireNonNull(entry.unwanted());
        if (connection == null) {
            LOG.warn("{}: there is no such connection any more. {} {}", entry.key(), unwanted.why(), said);
        } else {
            events.warn(connection, unwanted.reason(), unwanted.why() + " " + said);
        }
    }

    private Fate fate(JournalEntry entry, @Nullable OAuthConnection connection) {
        String refreshToken = entry.answer().refreshToken();
        if (refreshToken == null) {
            return new Fate.Over("It brought no refresh token.");
        }
        if (connection == null) {
            return new Fate.Open("without the connection its client is not known");
        }
        try {
            switch (LateAnswers.judge(entry, store.read(entry.key()))) {
                case Stored -> {
                    return new Fate.Over("Its refresh token is the one in use, and is kept.");
                }
                case Wanted -> {
                    return new Fate.Wanted();
                }
                case End -> {}
            }
        } catch (GrantStore.StoreUnavailable | GrantStore.Unreadable e) {
            return new Fate.Open("the grant Secret cannot be read");
        }
        if (!(providers.resolve(connection.getSpec().provider().name())
                instanceof ProviderResolution.Resolved(Provider provider))) {
            return new Fate.Open("the provider cannot be used right now");
        }
        if (provider.revocationEnds() == RevocationEnds.Consent) {
            return new Fate.Over("Its refresh token was forgotten, not revoked, because a revocation at "
                    + provider.name() + " may end the grant in use as well.");
        }
        return clients.resolve(connection, provider) instanceof ClientResolution.Resolved(Client client)
                ? revoke(entry.base().binding(), provider.trust(), client, refreshToken)
                : new Fate.Open("the client's credentials cannot be used right now");
    }

    private Fate revoke(Binding binding, Trust trust, Client client, String refreshToken) {
        URI endpoint = binding.revocationEndpoint();
        if (endpoint == null) {
            return new Fate.Over(
                    "Its refresh token was forgotten and may still work: the provider has no revocation endpoint.");
        }
        if (!binding.clientId().equals(client.id())) {
            return new Fate.Over("Its refresh token was forgotten and may still work: it belongs to client "
                    + binding.clientId() + ", not to the one of today.");
        }
        Revocation.Outcome outcome = revoker.revoke(
                endpoint,
                trust,
                client,
                binding.clientAuthentication(),
                refreshToken,
                Revocation.TokenType.refresh_token);
        return switch (outcome) {
            case Revocation.Outcome.Confirmed() -> new Fate.Over("Its refresh token was revoked.");
            case Revocation.Outcome.Failed(String why) -> new Fate.Open(why);
        };
    }
}
