package dev.oauthconnection.grant;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that can be reached, each once, breadth first: what it finds wrong, it finds by a shortest schedule. Two situations are
 * one state if they are equal, so a state is an immutable value and holds nothing that does not matter.
 */
final class StateSearch<S> {
    /** What is searched: where it begins, what may happen next, and what must not be. */
    interface Model<S> {
        S initial();

        /** Each thing that may happen next, in a fixed order. */
        List<Move<S>> moves(S state);

        /** What is wrong in this state, as a sentence; empty where nothing is. Called once for each state. */
        Optional<String> wrong(S state);
    }

    /** One thing that happens. */
    record Move<S>(String sentence, S to) {}

    /**
     * What was found.
     *
     * @param states how many were visited
     * @param moves how many ways lead from one to the next
     * @param wrong what is wrong in the first state where something is; null when all are as they should be
     * @param schedule the shortest way there, a sentence for each move
     */
    record Result(int states, long moves, @Nullable String wrong, List<String> schedule) {
        @Override
        public String toString() {
            return wrong == null
                    ? states + " states, " + moves + " moves"
                    : wrong + " after:\n  " + String.join("\n  ", schedule);
        }
    }

    private final Model<S> model;
    /** The state before each, itself for the first. The sentence between is found again when it is needed. */
    private final Map<S, S> before = new HashMap<>();

    StateSearch(Model<S> model) {
        this.model = model;
    }

    /** Visits all states, or as many as it takes to find one that is wrong. */
    Result run() {
        Deque<S> queue = new ArrayDeque<>();
        S initial = model.initial();
        before.put(initial, initial);
        queue.add(initial);
        long moves = 0;
        while (!queue.isEmpty()) {
            S state = queue.remove();
            Optional<String> wrong = model.wrong(state);
            if (wrong.isPresent()) {
                return new Result(before.size(), moves, wrong.get(), scheduleTo(state));
            }
            for (Move<S> move : model.moves(state)) {
                moves++;
                if (before.putIfAbsent(move.to(), state) == null) {
                    queue.add(move.to());
                }
            }
        }
        return new Result(before.size(), moves, null, List.of());
    }

    private List<String> scheduleTo(S last) {
        List<String> sentences = new ArrayList<>();
        S to = last;
        S from = Objects.requireNonNull(before.get(to));
        while (!from.equals(to)) {
            S target = to;
            sentences.add(model.moves(from).stream()
                    .filter(move -> move.to().equals(target))
                    .map(Move::sentence)
                    .findFirst()
                    .orElseThrow());
            to = from;
            from = Objects.requireNonNull(before.get(to));
        }
        return sentences.reversed();
    }
}
