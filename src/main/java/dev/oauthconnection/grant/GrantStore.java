package dev.oauthconnection.grant;

import java.util.Optional;

/** The port to where grants are kept: a compare-and-set store with one entry per connection. */
public interface GrantStore {
    /**
     * Reads the latest grant, never a cached one.
     *
     * @throws StoreUnavailable when the store cannot be read right now
     * @throws Unreadable when there is an entry that is no grant
     */
    Optional<Stored> read(GrantKey key);

    /** Replaces the grant if its version is still the one that was read. */
    Put put(Grant grant, String version);

    /** Creates the entry; a conflict if there is one. */
    Put create(Grant grant);

    /**
     * A grant as it was read.
     *
     * @param version opaque; changes with every write
     * @param released the epoch that an admin released on this grant; 0 for none
     * @param rebind the hash of the binding that an admin allows; empty for none
     */
    record Stored(Grant grant, String version, long released, String rebind) {}

    /** What came of a write. */
    sealed interface Put {
        record Done(Stored stored) implements Put {}

        /** Somebody else wrote, or an earlier try of this same write landed without our knowing. */
        record Conflict() implements Put {}

        /** There is no such entry any more. */
        record Missing() implements Put {}

        /** The store refuses the write for a reason that a repetition does not change: no rights, a policy, the size. */
        record Refused(String why) implements Put {}

        /** Nobody knows whether it landed. */
        record Unknown(String why) implements Put {}
    }

    /** Somebody edited the entry. It is left as it is; the message says what to do and quotes nothing of it. */
    class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Unreadable(String message) {
            super(message);
        }
    }

    /** The store cannot be read right now. */
    class StoreUnavailable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public StoreUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
