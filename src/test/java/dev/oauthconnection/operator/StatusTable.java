package dev.oauthconnection.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Situation;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.lifecycle.VerdictsTest;
import dev.oauthconnection.testing.Kstatus;
import java.util.ArrayList;
import java.util.List;

/** OAuthConnections with every status that the operator writes, and how Git tools are to read them. */
public final class StatusTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A connection as the API server has it.
     *
     * @param argo the health that Argo CD is to show
     */
    public record Entry(String name, ObjectNode object, Kstatus kstatus, String argo) {
        @Override
        public String toString() {
            return name;
        }
    }

    private StatusTable() {}

    public static List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        VerdictsTest.rows().map(StatusTable::situation).forEach(all::add);
        for (Reason reason : Reason.values()) {
            all.addAll(ofReason(reason));
        }
        all.addAll(phases());
        return all;
    }

    private static Entry situation(VerdictsTest.Row row) {
        Situation arranged = row.arranged();
        Observed observed = arranged.observed();
        ObjectNode object = connection(observed, arranged.verdict());
        if (observed.settings().suspended()) {
            object.putObject("spec").put("suspend", true);
        }
        boolean lapsed = row.ready() == Ready.False && object.at("/status").has("token");
        String argo =
                switch (row.kstatus()) {
                    case Current -> "Healthy";
                    case Failed -> "Degraded";
                    default ->
                        row.reason() == Reason.AwaitingConsent ? "Suspended" : lapsed ? "Degraded" : "Progressing";
                };
        return new Entry(
                row.situation(), object, row.kstatus(), observed.settings().suspended() ? "Suspended" : argo);
    }

    /** Whatever the reason is: a person is needed, with a token and without; and nobody is. */
    private static List<Entry> ofReason(Reason reason) {
        Observed published = situation("not due").observed();
        Observed nothing = situation("first consent").observed();
        Trouble person = Trouble.forPerson(reason, "do this");
        Verdict soon = new Verdict(Ready.True, Reason.TokenCurrent, "valid", false, person, false, null);
        Verdict now = new Verdict(Ready.False, reason, "do this", false, person, true, null);
        Verdict working = new Verdict(Ready.False, reason, "under way", true, null, false, null);
        return List.of(
                new Entry(reason + ", stalled, token valid", connection(published, soon), Kstatus.Failed, "Degraded"),
                new Entry(reason + ", stalled, no token", connection(nothing, now), Kstatus.Failed, "Degraded"),
                new Entry(
                        reason + ", under way",
                        connection(nothing, working),
                        Kstatus.InProgress,
                        reason == Reason.AwaitingConsent ? "Suspended" : "Progressing"));
    }

    private static List<Entry> phases() {
        Verdict current = situation("not due").verdict();
        Observed published = situation("not due").observed();
        ObjectNode fresh = connection(published, current);
        fresh.putObject("status").put("observedGeneration", -1);
        ObjectNode edited = connection(published, current);
        edited.withObject("/metadata").put("generation", 3);
        ObjectNode deleted = connection(published, current);
        deleted.withObject("/metadata").put("deletionTimestamp", "2026-03-01T12:00:00Z");
        return List.of(
                new Entry("nobody has looked at it yet", fresh, Kstatus.InProgress, "Progressing"),
                new Entry("edited since", edited, Kstatus.InProgress, "Progressing"),
                // Argo CD says so by itself and does not ask the script.
                new Entry("being deleted", deleted, Kstatus.Terminating, ""));
    }

    private static ObjectNode connection(Observed observed, Verdict verdict) {
        OAuthConnection connection = new OAuthConnection();
        connection.getMetadata().setName("books");
        connection.getMetadata().setNamespace("finance");
        connection.getMetadata().setGeneration(2L);
        connection.setStatus(Statuses.of(
                connection, observed, verdict, verdict.asksConsent() ? "https://x.example" : null, Situation.NOW));
        return JSON.valueToTree(connection);
    }

    private static Situation situation(String name) {
        return VerdictsTest.rows()
                .filter(row -> row.situation().equals(name))
                .findFirst()
                .orElseThrow()
                .arranged();
    }
}
