package dev.oauthconnection.grant;

import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.StateSearch.Move;
import java.util.List;
import java.util.function.Consumer;

/** A person consents anew while anything may be under way, and a replica that has nothing else to do serves the callback. */
final class ConsentMoves {
    private ConsentMoves() {}

    static void collect(CheckedState state, int index, Consumer<Move<CheckedState>> moves) {
        CheckedReplica replica = state.replica(index);
        if (!state.left().has(Fault.Consent) || !replica.isQuiet()) {
            return;
        }
        String id = "g-" + (state.families().size() + 1);
        CheckedFamily family = CheckedFamily.consented(id);
        JournalEntry entry = entry(state, family.tokens());
        moves.accept(new Move<>(
                "a person consents anew at " + replica.name() + ", which keeps the answer with "
                        + family.tokens().current(),
                state.spending(Fault.Consent)
                        .with(family)
                        .with(index, replica.keeping(entry).at(CheckedWork.commit(entry)))));
    }

    /** What the product makes of the answer. */
    private static JournalEntry entry(CheckedState state, TokenFamily tokens) {
        GrantKey key = Sample.KEY;
        NewGrants grants = new NewGrants(
                new Redemption(new ScriptedPorts(state.secret().grant())),
                new SimulatedStore(),
                new NewGrants.Surroundings() {
                    @Override
                    public long markedEpoch(GrantKey ignored) {
                        return state.secret().mark();
                    }

                    @Override
                    public HandledRequests requested(GrantKey ignored) {
                        return HandledRequests.NONE;
                    }
                });
        String replaces =
                state.secret().read().map(stored -> stored.grant().id()).orElse(null);
        NewGrants.Prepared prepared = grants.prepare(key, tokens.id(), replaces, Sample.BINDING, List.of());
        return grants.kept(prepared, tokens.answer(), state.now());
    }
}
