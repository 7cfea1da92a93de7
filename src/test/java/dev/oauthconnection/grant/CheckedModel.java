package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.StateSearch.Move;
import dev.oauthconnection.grant.Step.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The redemption protocol for a {@link StateSearch}: what may happen next in each state, and what must be true there. Every decision is the
 * product's own ({@link RedemptionProtocol}, {@link CommitProtocol}, {@link Takeover}, {@link Candidates}, {@link GrantChanges},
 * {@link NewGrants}); this only carries out the effects, one at a time, and lets the {@link Faults} happen between any two.
 *
 * <p>What must be true:
 *
 * <ul>
 *   <li>Safety: while nobody has a refresh token that the provider would take, a {@link CheckedFamily.Loss} explains why the current one is
 *       out of reach. Each is recorded when it happens, to the very token: nothing is explained by what else it cannot have been.
 *   <li>Liveness: from a quiet state with one that works, the rules alone bring it back into use ({@link CheckedRecovery}), unless a grace is
 *       about to end, or a {@link CheckedFamily.Loss} had been recorded that now has the provider end the grant.
 *   <li>What is behind the mark of the token Secret is told as rolled back, and no refresh token of it is announced.
 *   <li>No refresh token of another consent is ever in the grant Secret, and what is revoked as late is never the grant in use.
 *   <li>What the provider has against the client is never held against the refresh token.
 * </ul>
 *
 * <p>Time passes in leaps: see {@link PassingTime}. A step that only reads is one with the effect before it, since whatever comes between
 * is found by the write that follows: it is a compare-and-set. Replicas that have done nothing yet are alike, so the first begins.
 *
 * <p>Not covered, and left to {@link RedemptionScheduleProperties} or to tests of their own: clocks that differ or jump, a machine that is
 * suspended, more than three replicas, writes that are refused, a provider that repeats or omits the refresh token, and retries of what was
 * refused long ago.
 */
final class CheckedModel implements StateSearch.Model<CheckedState> {
    private final CheckedRules rules;
    private final ReplicaMoves replicas;
    private final BeginningMoves beginnings;
    private final OutsideMoves outside;
    private final CheckedRecovery recovery;
    private final Map<Loss, Integer> losses = new EnumMap<>(Loss.class);

    CheckedModel(CheckedRules rules) {
        this.rules = rules;
        CheckedWrites writes = new CheckedWrites(rules);
        this.replicas = new ReplicaMoves(rules, writes);
        this.beginnings = new BeginningMoves(rules);
        this.outside = new OutsideMoves(rules, writes, beginnings);
        this.recovery = new CheckedRecovery(rules, replicas, beginnings, outside);
    }

    /** How many states have lost the grant through each window. */
    Map<Loss, Integer> losses() {
        return losses;
    }

    @Override
    public CheckedState initial() {
        TokenFamily tokens = TokenFamily.consented("g-1");
        Grant grant = new Grant(
                Sample.KEY,
                tokens.id(),
                GrantType.AuthorizationCode,
                Sample.BINDING,
                1,
                null,
                List.of(Candidate.fresh(1, null, tokens.current())),
                Answer.of(1, tokens.answer(), Sample.NOW, List.of(), null),
                List.of(),
                List.of(),
                HandledRequests.NONE,
                null,
                null);
        return CheckedState.initial(grant, rules);
    }

    @Override
    public List<Move<CheckedState>> moves(CheckedState state) {
        List<Move<CheckedState>> moves = new ArrayList<>();
        for (int i = 0; i < state.replicas().size(); i++) {
            moves.addAll(replicas.goOn(state, i));
            if (state.begun() < rules.attempts() && !isMirrored(state, i)) {
                beginnings.announce(state, i).ifPresent(moves::add);
            }
        }
        outside.collect(state, moves::add);
        return moves;
    }

    /** At first one replica is like the others: what another might begin is what the first does, by another name. */
    private static boolean isMirrored(CheckedState state, int index) {
        return index > 0 && state.begun() == 0 && state.families().size() == 1;
    }

    @Override
    public Optional<String> wrong(CheckedState state) {
        if (state.breach() != null) {
            return Optional.of(state.breach());
        }
        if (state.secret().restored() && state.secret().isRolledBack() && !isToldRolledBack(state)) {
            return Optional.of("a restored grant Secret behind the mark is not told as one");
        }
        Set<String> usable = usable(state);
        String id = state.secret().grant().id();
        if (state.secret().candidates().stream()
                .anyMatch(c -> !TokenFamily.grantOf(c.token()).equals(id))) {
            return Optional.of("a refresh token of another consent is adopted");
        }
        if (state.copies().stream().noneMatch(usable::contains)) {
            Optional<Loss> why = explained(state);
            why.ifPresent(loss -> losses.merge(loss, 1, Integer::sum));
            return why.isPresent() ? Optional.empty() : Optional.of("the grant is lost and nothing explains it");
        }
        boolean alive = state.secret().candidates().stream().anyMatch(c -> usable.contains(c.token()));
        return state.isQuiet() && alive ? recovery.fails(state, this::isLostAsExplained) : Optional.empty();
    }

    private boolean isLostAsExplained(CheckedState state) {
        // Ended by the provider, and not lapsed only because time passed in which it was not used.
        Optional<Loss> why = state.family().tokens().revoked() ? explained(state) : Optional.empty();
        why.ifPresent(loss -> losses.merge(loss, 1, Integer::sum));
        return why.isPresent();
    }

    private boolean isToldRolledBack(CheckedState state) {
        return rules.breaks(Broken.Mark)
                || IntStream.range(0, state.replicas().size())
                        .mapToObj(i -> beginnings.begin(state, i))
                        .allMatch(step -> step instanceof Step.Done(Outcome.RolledBack rolledBack));
    }

    private Set<String> usable(CheckedState state) {
        return state.family().tokens().usable(rules.rules(), state.now());
    }

    private Optional<Loss> explained(CheckedState state) {
        return state.family().explained(rules.rules(), state.now());
    }
}
