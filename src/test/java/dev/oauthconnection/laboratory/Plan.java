package dev.oauthconnection.laboratory;

import java.time.Duration;

/**
 * What is tried.
 *
 * @param lifetime of the access tokens
 * @param thinking how long the authorization server takes from a request to its decision
 */
record Plan(
        Kind kind,
        RotatingServer.Mode mode,
        long seed,
        int connections,
        Duration lifetime,
        Duration lease,
        Duration thinking) {
    /** Which subject. */
    enum Kind {
        /** The operator with its keeper, two replicas. */
        Operator,
        /** The operator alone, two replicas. */
        OperatorWithoutKeeper,
        /** Two processes, of which the leader refreshes and then writes. */
        LeaderElectedLoop,
        /** One process that refreshes and then writes. */
        NaiveLoop;

        boolean isOperator() {
            return this == Operator || this == OperatorWithoutKeeper;
        }
    }

    static Plan of(Kind kind, RotatingServer.Mode mode, long seed, Duration thinking) {
        return new Plan(kind, mode, seed, 50, Duration.ofSeconds(60), Duration.ofSeconds(3), thinking);
    }
}
