package dev.oauthconnection.operator;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Intent;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.Redemption;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each process does at its start, leader or not: it commits what an earlier process of its pod left in the journal, and then ends
 * the intents of those processes, whose answers it would have found there.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final KubernetesClient client;
    private final String namespace;
    private final GrantStore store;
    private final Journal journal;
    private final Redemption redemption;
    private final InFlight inFlight;

    Recovery(
            KubernetesClient client,
            String namespace,
            GrantStore store,
            Journal journal,
            Redemption redemption,
            InFlight inFlight) {
        this.client = client;
        this.namespace = namespace;
        this.store = store;
        this.journal = journal;
        this.redemption = redemption;
        this.inFlight = inFlight;
    }

    void run() {
        for (JournalEntry entry : journal.entries()) {
            LOG.info("{}: an answer from before the restart is being stored", entry.key());
            redemption.commit(entry);
        }
        Set<String> kept = journal.entries().stream().map(JournalEntry::nonce).collect(Collectors.toSet());
        client
                .secrets()
                .inNamespace(namespace)
                .withLabel(Names.MANAGED_BY, Names.MANAGER)
                .withLabel(Names.ROLE, Names.GRANT)
                .list()
                .getItems()
                .stream()
                .flatMap(secret -> GrantSecrets.summarized(secret).stream())
                .map(Stored::grant)
                .filter(grant -> isLeftBehind(grant.intent(), kept))
                .forEach(this::end);
    }

    private boolean isLeftBehind(@org.jspecify.annotations.Nullable Intent intent, Set<String> kept) {
        return intent != null
                && intent.ended() == null
                && inFlight.isOver(intent.holder(), intent.nonce())
                && !kept.contains(intent.nonce());
    }

    private void end(Grant summary) {
        String nonce = summary.intent() == null ? "" : summary.intent().nonce();
        Optional<Stored> stored =
                store.read(summary.key()).filter(s -> s.grant().isArmedBy(nonce));
        stored.ifPresent(s -> {
            LOG.info("{}: a refresh was cut off by the restart; its journal is empty", summary.key());
            store.put(GrantChanges.end(s.grant(), Intent.Ended.JournalEmpty), s.version());
        });
    }
}
