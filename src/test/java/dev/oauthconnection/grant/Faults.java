package dev.oauthconnection.grant;

import java.util.Arrays;

/**
 * How often each thing may still go wrong, or happen, in what is left of a schedule: this is what bounds an exhaustive check. Four bits for
 * each, so that a state stays small.
 */
record Faults(long counts) {
    enum Fault {
        /** A message is lost, or its sender gives it up while it is on its way. */
        LostMessage,
        /** A process is killed. */
        Crash,
        /** A pod is lost with its journal. */
        LostPod,
        /** A process that has passed its last check, or has an answer in hand, is stopped or cut off for longer than is waited for it. */
        Late,
        /** A write is lost, or lands later, or its answer is lost; or somebody else writes to the grant Secret. */
        Write,
        /** All attempts that are under way come to their fence. */
        Fence,
        /** The published access token lapses. */
        Lapse,
        /** So much time passes that patience with a silent holder is over, where the grace is short. */
        Patience,
        /** The grace comes to its end, where it is short; before what is in doubt is settled only as an {@link #Outage}. */
        GraceEnd,
        /** The provider's grace comes to its end before anybody does what the rules ask for. */
        Outage,
        /** An older version of the grant Secret is put back. */
        Restore,
        /** A person consents anew. */
        Consent,
        /** Somebody deletes the grant Secret. */
        Deletion,
        /** The client gets another secret. */
        ClientRotation
    }

    static final Faults NONE = new Faults(0);

    int left(Fault fault) {
        return (int) (counts >> shift(fault)) & 0xf;
    }

    boolean has(Fault fault) {
        return left(fault) > 0;
    }

    Faults spend(Fault fault) {
        if (!has(fault)) {
            throw new IllegalStateException("none left of " + fault);
        }
        return new Faults(counts - (1L << shift(fault)));
    }

    /** As many as there are times it is named. */
    Faults and(Fault... more) {
        long sum = Arrays.stream(more).mapToLong(fault -> 1L << shift(fault)).sum();
        return new Faults(counts + sum);
    }

    private static int shift(Fault fault) {
        return 4 * fault.ordinal();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Fault fault : Fault.values()) {
            if (has(fault)) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(left(fault))
                        .append(' ')
                        .append(fault);
            }
        }
        return text.isEmpty() ? "no fault" : text.toString();
    }
}
