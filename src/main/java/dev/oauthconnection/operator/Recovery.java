package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.consent.LateGrants;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.HolderEnd;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.Redemption;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.keeper.KeeperClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each process does for answers that were received and are not stored, leader or not. At its start it commits what an earlier process
 * of its pod left in the journal, and then ends the intents of those processes, whose answers it would have found there. From then on it
 * goes on with what the API server did not take. One grant that cannot be read or written stands in the way of no other.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** How the commit of an answer ended, and the connection has not been told. */
    private record Untold(GrantKey key, Outcome outcome) {}

    private final KubernetesClient client;
    private final String namespace;
    private final GrantStore store;
    private final Journal journal;
    private final Leftovers leftovers;
    private final Redemption redemption;
    private final Actions actions;
    private final LateGrants lateGrants;
    private final InFlight inFlight;
    private final KeeperClient keeper;
    /** What the keeper is still carrying out for an earlier process of this pod. */
    private final Set<String> inherited = ConcurrentHashMap.newKeySet();

    Recovery(
            KubernetesClient client,
            String namespace,
            GrantStore store,
            Journal journal,
            Leftovers leftovers,
            Redemption redemption,
            Actions actions,
            LateGrants lateGrants,
            InFlight inFlight,
            KeeperClient keeper) {
        this.client = client;
        this.namespace = namespace;
        this.store = store;
        this.journal = journal;
        this.leftovers = leftovers;
        this.redemption = redemption;
        this.actions = actions;
        this.lateGrants = lateGrants;
        this.inFlight = inFlight;
        this.keeper = keeper;
    }

    /** At the start, before anything is observed. Needs the grant Secrets alone. */
    void run() {
        store();
        // Asked before the journal is read: what ends in between is found there.
        Optional<Set<String>> atWork = keeper.atWork();
        atWork.ifPresent(nonces -> nonces.forEach(this::inherit));
        endIntents(atWork.isPresent());
    }

    /** While nothing is observed. What is to be revoked waits for {@link #drain}: providers are not known yet. */
    void store() {
        commitLeftovers();
    }

    /** Every few seconds, and at the end: no event need come for an answer that was received to be stored, or to be revoked. */
    void drain() {
        commitLeftovers().forEach(each -> eachForItself(each.key(), () -> tell(each)));
        leftovers.takeUp(
                entry -> entry.unwanted() != null && !lateGrants.holdsBack(entry),
                entry -> eachForItself(entry.key(), () -> lateGrants.dispose(entry, connection(entry.key()))));
    }

    /** Nobody's revocation, which may take its time, comes before what is to be stored: what came too late is only marked here. */
    private List<Untold> commitLeftovers() {
        List<Untold> untold = new ArrayList<>(commitKept());
        if (letGo()) {
            untold.addAll(commitKept());
            endIntents(true);
        }
        return untold;
    }

    private List<Untold> commitKept() {
        List<Untold> untold = new ArrayList<>();
        leftovers.takeUp(
                entry -> entry.unwanted() == null,
                entry -> eachForItself(entry.key(), () -> {
                    LOG.info("{}: an answer that is in the journal is being stored", entry.key());
                    switch (redemption.commit(entry)) {
                        case Outcome.Late(var late) -> lateGrants.mark(late);
                        case Outcome.Superseded(var late) -> lateGrants.mark(late);
                        case Outcome outcome -> untold.add(new Untold(entry.key(), outcome));
                    }
                }));
        return untold;
    }

    private void inherit(String nonce) {
        if (inFlight.takeUp(nonce)) {
            inherited.add(nonce);
        }
    }

    /** Whether there is something that the keeper has come to the end of: it is in the journal now, or over. */
    private boolean letGo() {
        if (inherited.isEmpty()) {
            return false;
        }
        Set<String> still = keeper.atWork().orElse(inherited);
        List<String> over =
                inherited.stream().filter(nonce -> !still.contains(nonce)).toList();
        over.forEach(nonce -> {
            inherited.remove(nonce);
            inFlight.end(nonce);
        });
        return !over.isEmpty();
    }

    private void tell(Untold each) {
        OAuthConnection connection = connection(each.key());
        if (connection != null) {
            actions.after(each.outcome(), connection);
        }
    }

    private @Nullable OAuthConnection connection(GrantKey key) {
        return client.resources(OAuthConnection.class)
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
    }

    /** What is wrong with one grant or its answer is told, and tried again where that can help. */
    private static void eachForItself(GrantKey key, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            // Without the message: the API server may repeat there what it was sent.
            String why = e instanceof GrantStore.Unreadable
                    ? String.valueOf(e.getMessage())
                    : e.getClass().getSimpleName();
            LOG.warn("{}: what an earlier refresh or consent left behind cannot be settled: {}", key, why);
        }
    }

    /** Those of processes of this pod that are over, and have no answer in the journal. */
    private void endIntents(boolean keeperKnown) {
        Set<String> kept = journal.entries().stream().map(JournalEntry::nonce).collect(Collectors.toSet());
        GrantSecrets.summaries(client, namespace)
                .forEach(grant -> eachForItself(grant.key(), () -> end(grant, kept, keeperKnown)));
    }

    /** @param keeperKnown whether the keeper has said what it is at; where it has not, it may be at this */
    private void end(Grant summary, Set<String> kept, boolean keeperKnown) {
        Intent intent = summary.intent();
        HolderEnd holder = intent == null || intent.ended() != null
                ? HolderEnd.NotKnown
                : inFlight.endOf(intent, kept.contains(intent.nonce()), false);
        if (intent == null || holder == HolderEnd.NotKnown) {
            return;
        }
        if (!keeperKnown) {
            inherit(intent.nonce());
            return;
        }
        store.read(summary.key())
                .filter(stored -> stored.grant().isArmedBy(intent.nonce()))
                .ifPresent(stored -> {
                    LOG.info(
                            "{}: a refresh was cut off by the restart; its answer is not in the journal",
                            summary.key());
                    store.put(GrantChanges.end(stored.grant(), holder.recorded()), stored.version());
                });
    }
}
