package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every change that a grant goes through, as pure functions from one grant to the next. */
public final class GrantChanges {
    private GrantChanges() {}

    /**
     * Step 2: announces the redemption of a candidate, and settles the refresh request that asked for it in the same write.
     *
     * @param floor an epoch that must be passed as well: the one an admin released
     * @param doubt whether an earlier redemption may have spent it; null when there is no doubt
     */
    public static Grant arm(
            Grant grant, Candidate candidate, Attempt attempt, Instant now, long floor, @Nullable Doubt doubt) {
        long epoch = Math.max(grant.epoch(), floor) + 1;
        Intent intent = new Intent(
                epoch,
                attempt.nonce(),
                attempt.holder(),
                candidate.epoch(),
                now,
                attempt.windows().fence(),
                doubt,
                requestOwed(grant, attempt),
                null);
        return grant.with(epoch, grant.binding())
                .with(intent, grant.candidates())
                .with(grant.handled().withRefresh(attempt.refreshRequest()));
    }

    /** A commit clears the intent: one that stands has not brought what it was asked for. */
    private static @Nullable String requestOwed(Grant grant, Attempt attempt) {
        String request = attempt.refreshRequest();
        return request == null && grant.intent() != null ? grant.intent().request() : request;
    }

    /**
     * Step 5: commits an answer. While the attempt's own intent stands, it is done and the intent ends. Otherwise somebody took over and
     * the answer joins the candidates all the same: an answer that was received is never dropped. Where the grant was exported meanwhile,
     * it joins what was exported.
     */
    public static Grant commit(Grant grant, JournalEntry entry) {
        Export export = grant.export();
        if (export != null) {
            Grant committed = commit(grant.withExport(null, export.candidates()), entry);
            return committed.withExport(export.with(committed.candidates()), List.of());
        }
        boolean unarmed = entry.epoch() == 0;
        boolean mine = unarmed || grant.isArmedBy(entry.nonce());
        long epoch = epochOf(grant, entry);
        List<String> committed = Stream.concat(Stream.of(entry.nonce()), grant.committed().stream())
                .limit(Grant.REMEMBERED_NONCES)
                .toList();
        return grant.with(Math.max(grant.epoch(), epoch), grant.binding())
                .with(mine ? null : grant.intent(), candidatesAfter(grant, entry, epoch, mine))
                .with(grant.handled().withRefresh(unarmed ? entry.refreshRequest() : null))
                .with(newest(grant.answer(), answerOf(grant, entry, epoch)), committed);
    }

    /**
     * That of its arming. The next one where nothing was armed, and where another token has it already: a grant Secret that was put back from
     * a backup counts on from there, and candidates are known by their epochs.
     */
    private static long epochOf(Grant grant, JournalEntry entry) {
        boolean taken = grant.candidate(entry.epoch())
                .filter(c -> !entry.nonce().equals(c.nonce()))
                .isPresent();
        long passed = Math.max(grant.epoch(), Math.max(entry.base().epoch(), entry.epoch()));
        return entry.epoch() == 0 || taken ? passed + 1 : entry.epoch();
    }

    /** Whether this is the token that was redeemed, and not one that came to the same epoch after a restore. */
    private static boolean isRedeemed(Candidate candidate, JournalEntry entry) {
        return candidate.epoch() == entry.candidateEpoch()
                && entry.base()
                        .candidate(candidate.epoch())
                        .map(spent -> Objects.equals(spent.nonce(), candidate.nonce()))
                        .orElse(true);
    }

    private static List<Candidate> candidatesAfter(Grant grant, JournalEntry entry, long epoch, boolean mine) {
        if (grant.grantType() == GrantType.ClientCredentials) {
            // RFC 6749, section 4.4.3: such an answer should have no refresh token; one that comes anyway is of no use.
            return List.of();
        }
        List<Candidate> after = new ArrayList<>();
        Candidate redeemed = grant.candidate(entry.candidateEpoch())
                .filter(c -> isRedeemed(c, entry))
                .orElse(null);
        String received = entry.answer().refreshToken();
        boolean rotated = false;
        if (received != null && (redeemed == null || !received.equals(redeemed.token()))) {
            rotated = true;
            after.add(Candidate.fresh(epoch, entry.nonce(), received));
        }
        for (Candidate candidate : grant.candidates()) {
            boolean isRedeemed = isRedeemed(candidate, entry);
            if (isRedeemed && !rotated) {
                after.add(candidate.renewed(epoch));
            } else if (isRedeemed) {
                after.add(candidate.spent(entry.requestedAt()));
            } else {
                after.add(candidate);
            }
        }
        boolean succeeded = mine && rotated;
        after.removeIf(c -> isOver(c, entry, succeeded));
        after.sort(Comparator.comparingLong(Candidate::epoch).reversed());
        // A replay may be answered with the very token that the answer before it brought: the newest of the two stands
        // for both.
        Set<String> seen = new HashSet<>();
        after.removeIf(c -> !seen.add(c.token()));
        return after;
    }

    /**
     * What need not be kept once a newer one is committed: a spent token outside its grace, what was refused and, without grace, the
     * redeemed one and what is older. A merge removes nothing: whoever took over still relies on it.
     */
    private static boolean isOver(Candidate candidate, JournalEntry entry, boolean succeeded) {
        Instant spentAt = candidate.spentAt();
        if (spentAt != null && !entry.requestedAt().isBefore(spentAt.plus(entry.grace()))) {
            return succeeded;
        }
        boolean olderWithoutGrace =
                candidate.epoch() <= entry.candidateEpoch() && !entry.grace().isPositive();
        return succeeded && (candidate.refusedAt() != null || olderWithoutGrace);
    }

    private static @Nullable Answer answerOf(Grant grant, JournalEntry entry, long epoch) {
        if (!Answer.fits(entry.answer())) {
            return null;
        }
        return Answer.of(epoch, entry.answer(), entry.requestedAt(), scopesUnlessAnswered(grant), subjectOf(grant));
    }

    /** RFC 6749, section 6: a refresh that asks for no scope gets those that were granted, which may be fewer than were requested. */
    private static List<String> scopesUnlessAnswered(Grant grant) {
        Answer before = grant.answer();
        boolean refresh = grant.grantType() != GrantType.ClientCredentials;
        return refresh && before != null ? before.scopes() : grant.requestedScopes();
    }

    private static @Nullable String subjectOf(Grant grant) {
        return grant.answer() == null ? null : grant.answer().subject();
    }

    private static @Nullable Answer newest(@Nullable Answer stored, @Nullable Answer received) {
        if (stored == null || received == null) {
            return received == null ? stored : received;
        }
        return received.epoch() > stored.epoch() ? received : stored;
    }

    /** Step 7: the provider refused the refresh token of this attempt; counts only while its intent stands. */
    public static Grant refuse(Grant grant, Intent intent, Instant now) {
        Doubt doubt = intent.doubt();
        LossWindow window = doubt == null ? null : doubt.window();
        List<Candidate> candidates = grant.candidates().stream()
                .map(c -> c.epoch() == intent.candidateEpoch() ? c.refused(now, window) : c)
                .toList();
        return grant.with((Intent) null, candidates);
    }

    /**
     * Marks a refresh token refused where nothing was armed (the provider does not rotate). The refusal is the answer to the refresh
     * request: no arming settled it, and left open it would have a dead token sent for ever.
     *
     * @param request the refresh request that asked for the attempt; null when none did
     */
    public static Grant refuseUnarmed(Grant grant, long candidateEpoch, @Nullable String request, Instant now) {
        List<Candidate> candidates = grant.candidates().stream()
                .map(c -> c.epoch() == candidateEpoch ? c.refused(now, null) : c)
                .toList();
        return grant.with(grant.intent(), candidates).with(grant.handled().withRefresh(request));
    }

    /** Records how an attempt ended, while its intent stands. */
    public static Grant end(Grant grant, Intent.Ended how) {
        return grant.with(Objects.requireNonNull(grant.intent()).ended(how), grant.candidates());
    }

    /**
     * A new consent's grant in place of the old one. The epoch passes the old one's, requests handled before stay handled, and an existing
     * grant that was taken before is not taken again. The old grant's intent goes with it: what comes back late for an older grant is never
     * adopted.
     */
    public static Grant replace(Grant old, Grant consented) {
        Grant raised = consented.epoch() > old.epoch() ? consented : raise(consented, old.epoch() + 1);
        HandledRequests handled = old.handled()
                .withRefresh(consented.handled().refresh())
                .withRevoke(consented.handled().revoke());
        String taken = consented.existingGrantHash();
        return raised.with(handled).withExistingGrantHash(taken == null ? old.existingGrantHash() : taken);
    }

    private static Grant raise(Grant fresh, long epoch) {
        Answer answer = fresh.answer();
        return fresh.with(epoch, fresh.binding())
                .with(
                        (Intent) null,
                        fresh.candidates().stream().map(c -> c.renewed(epoch)).toList())
                .with(answer == null ? null : answer.at(epoch), fresh.committed());
    }

    /**
     * Hands the grant out to be used elsewhere: its refresh tokens leave the candidates, so that none is ever sent from here. The epoch
     * passes the mark of the token Secret, and so will the mark once the answer is published anew: a backup of before is then behind it.
     *
     * @param floor an epoch that must be passed as well
     */
    static Grant export(Grant grant, ExportRules.Asked asked, long floor, Instant now) {
        long epoch = Math.max(grant.epoch(), floor) + 1;
        Answer answer = grant.answer();
        return grant.with(epoch, grant.binding())
                .with(answer == null ? null : answer.at(epoch), grant.committed())
                .withExport(new Export(asked.id(), now, asked.by(), epoch, grant.candidates()), List.of());
    }

    /** Ends the export of this epoch, which nobody used: the refresh tokens are candidates again. Another export stands. */
    public static Grant takeBack(Grant grant, long exportEpoch) {
        Export export = grant.export();
        return export != null && export.epoch() == exportEpoch ? grant.withExport(null, export.candidates()) : grant;
    }

    /** Binds the grant to another provider or client, which only an admin may ask for. */
    public static Grant rebind(Grant grant, Binding binding) {
        return grant.with(grant.epoch(), binding);
    }

    /** Stores that a revocation was asked for, before it is sent. */
    public static Grant askRevocation(Grant grant, @Nullable String request, Instant now) {
        return grant.with(new PendingRevocation(request, now, null));
    }

    /** The revocation is confirmed: the Secret stays, without tokens. */
    public static Grant revoked(Grant grant, Instant now) {
        return revoked(grant, now, null);
    }

    /**
     * The revocation is over: the Secret stays, without tokens.
     *
     * @param unconfirmed why the provider did not confirm it; null when it did
     */
    public static Grant revoked(Grant grant, Instant now, @Nullable String unconfirmed) {
        PendingRevocation pending = Objects.requireNonNull(grant.revocation());
        return grant.with((Intent) null, List.of())
                .with((Answer) null, grant.committed())
                .with(grant.handled().withRevoke(pending.request()))
                .with(pending.done(now, unconfirmed));
    }
}
