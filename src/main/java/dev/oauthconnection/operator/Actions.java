package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.consent.LateGrants;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Attempt;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.grant.RedemptionProtocol;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.grant.Windows;
import dev.oauthconnection.lifecycle.Aftermath;
import dev.oauthconnection.lifecycle.Decision;
import dev.oauthconnection.lifecycle.GrantTerms;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Retry;
import dev.oauthconnection.observe.Events;
import dev.oauthconnection.observe.Meters;
import dev.oauthconnection.provider.TokenRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Carries out what was decided, and remembers how it went. */
final class Actions {
    private final GrantStore store;
    private final Redemption redemption;
    private final GrantCache grants;
    private final Publication publication;
    private final Beginnings beginnings;
    private final Endings endings;
    private final LateGrants lateGrants;
    private final RetryMemory memory;
    private final DueTimes dueTimes;
    private final InFlight inFlight;
    private final InstantSource clock;
    private final Events events;
    private final Alarms alarms;
    private final Meters meters;

    Actions(
            GrantStore store,
            Redemption redemption,
            GrantCache grants,
            Publication publication,
            Beginnings beginnings,
            Endings endings,
            LateGrants lateGrants,
            RetryMemory memory,
            DueTimes dueTimes,
            InFlight inFlight,
            InstantSource clock,
            Events events,
            Alarms alarms,
            Meters meters) {
        this.store = store;
        this.redemption = redemption;
        this.grants = grants;
        this.publication = publication;
        this.beginnings = beginnings;
        this.endings = endings;
        this.lateGrants = lateGrants;
        this.memory = memory;
        this.dueTimes = dueTimes;
        this.inFlight = inFlight;
        this.clock = clock;
        this.events = events;
        this.alarms = alarms;
        this.meters = meters;
    }

    /** Carries out one act. */
    void carryOut(Decision decision, Run run, Observed observed) {
        try {
            attempt(decision, run, observed);
        } catch (GrantStore.Unreadable e) {
            memory.unreadable(run.connection().getMetadata().getUid(), e, clock.instant());
        }
    }

    private void attempt(Decision decision, Run run, Observed observed) {
        OAuthConnection connection = run.connection();
        GrantKey key = run.key();
        switch (decision) {
            case Decision.CreateGrant create ->
                beginnings.createForClientCredentials(create, connection, key, observed);
            case Decision.TakeExistingGrant take -> beginnings.takeExisting(take, connection, key, observed);
            case Decision.Rebind(var binding) -> {
                if (change(run, observed, grant -> GrantChanges.rebind(grant, binding))) {
                    events.warn(
                            connection,
                            Reason.ConsentRequired,
                            "an admin re-bound the grant to client " + binding.clientId());
                }
            }
            case Decision.TakeBack(long epoch) -> {
                if (change(run, observed, grant -> GrantChanges.takeBack(grant, epoch))) {
                    events.warn(
                            connection,
                            Reason.GrantExported,
                            "an admin took the exported grant back, and it is used here again");
                }
            }
            case Decision.Redeem redeem -> redeem(redeem, run, observed);
            case Decision.Deliver deliver -> publication.publish(run, observed);
            case Decision.AskRevocation(String request) ->
                change(run, observed, grant -> GrantChanges.askRevocation(grant, request, clock.instant()));
            case Decision.Revoke revoke -> endings.revoke(revoke, connection, key, observed);
            case Decision.ReleaseFinalizer(boolean unrevoked) -> endings.releaseFinalizer(connection, unrevoked);
            case Decision.Rest rest -> {}
        }
    }

    /** The connection is gone. */
    void forget(OAuthConnection connection) {
        publication.forget(connection);
    }

    /** Goes on with an answer that is in the journal. */
    void commitJournaled(JournalEntry entry, OAuthConnection connection) {
        if (entry.unwanted() != null) {
            lateGrants.dispose(entry, connection);
            return;
        }
        try {
            after(redemption.commit(entry), connection);
        } catch (GrantStore.Unreadable e) {
            memory.unreadable(connection.getMetadata().getUid(), e, clock.instant());
        }
    }

    /** Remembers and tells how the commit of a journaled answer ended. */
    void after(Outcome outcome, OAuthConnection connection) {
        after(
                outcome,
                connection,
                memory.redemption(connection.getMetadata().getUid()).inputs());
    }

    private void redeem(Decision.Redeem redeem, Run run, Observed observed) {
        Grant grant = Objects.requireNonNull(observed.grant());
        RedemptionRules rules = GrantTerms.rulesOf(grant, redeem.provider(), observed.settings());
        Windows windows = Windows.of(GrantTerms.leadOf(grant, redeem.provider(), observed), rules);
        Attempt attempt = new Attempt(UUID.randomUUID().toString(), inFlight.holder(), windows, redeem.request());
        Observed.TokenView token = observed.token();
        RedemptionProtocol.Terms terms = new RedemptionProtocol.Terms(
                attempt,
                rules,
                GrantTerms.bindingOf(redeem.provider(), redeem.client()),
                observed.sight(),
                grant.epoch(),
                token == null ? 0 : token.epoch(),
                redeem.insist());
        if (!inFlight.begin(attempt.nonce())) {
            return;
        }
        Instant began = clock.instant();
        noteDue(run, grant, observed, began);
        try {
            Outcome outcome = OwnThread.call(() -> redemption.redeem(
                    run.key(),
                    terms,
                    (stored, candidate) -> candidate == null
                            ? TokenRequests.clientCredentials(
                                    redeem.provider(), redeem.client(), stored.requestedScopes())
                            : TokenRequests.refresh(
                                    redeem.provider(),
                                    redeem.client(),
                                    stored.binding().tokenEndpoint(),
                                    stored.binding().clientAuthentication(),
                                    candidate.token())));
            meters.redemption(redeem.provider().name(), outcome, Duration.between(began, clock.instant()));
            after(outcome, run.connection(), observed.inputs());
            if (outcome instanceof Outcome.Committed(Grant committed)) {
                run.take(committed);
            }
        } finally {
            inFlight.end(attempt.nonce());
        }
    }

    /** A refresh that somebody asked for before its time is not late. */
    private void noteDue(Run run, Grant grant, Observed observed, Instant now) {
        Answer answer = grant.answer();
        if (answer != null) {
            Instant due = GrantTerms.dueAt(answer.requestedAt(), answer.expiresAt(), observed);
            if (!now.isBefore(due)) {
                dueTimes.begun(run.connection().getMetadata().getUid(), grant.id(), due);
            }
        }
    }

    private void after(Outcome outcome, OAuthConnection connection, String inputs) {
        String uid = connection.getMetadata().getUid();
        Retry before = memory.redemption(uid);
        Retry after = Aftermath.after(outcome, before, inputs, uid, clock.instant());
        memory.redemption(uid, after);
        alarms.refreshed(connection, before, after);
        switch (outcome) {
            case Outcome.Late(var entry) -> lateGrants.dispose(entry, connection);
            case Outcome.Superseded(var entry) -> lateGrants.dispose(entry, connection);
            case Outcome.TokenRefused(String description) ->
                events.warn(
                        connection,
                        Reason.GrantRefused,
                        "the provider refused the refresh token" + inBrackets(description));
            case Outcome.Ambiguous(String why) ->
                events.warn(connection, Reason.RedemptionUncertain, "the end of a refresh is not known: " + why);
            case Outcome.Kept(var entry, String why) ->
                events.warn(connection, Reason.DeliveryFailed, "the new token is kept and not yet stored: " + why);
            default -> {}
        }
    }

    private static String inBrackets(String text) {
        return text.isEmpty() ? "" : " (" + text + ")";
    }

    /** Whether the change is stored. What failed before says nothing of what follows it: a revocation does not wait for a refresh. */
    private boolean change(Run run, Observed observed, UnaryOperator<Grant> change) {
        Optional<Stored> stored = store.read(run.key());
        if (stored.isEmpty()) {
            return false;
        }
        GrantStore.Put put =
                store.put(change.apply(stored.get().grant()), stored.get().version());
        return memory.written(run.connection().getMetadata().getUid(), put, observed.inputs(), clock.instant());
    }
}
