package dev.oauthconnection.grant;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.grant.GrantStore.Stored;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a grant may be handed out to be used elsewhere. Pure.
 *
 * <p>Arming is the only door to the redemption of a refresh token that can be spent, and both the arming and the export are written by
 * compare-and-set on the same Secret: one of them comes first. An export that comes first leaves an arming nothing to send; one that
 * comes second finds the intent, and waits until it is certain that the refresh token was left as it was.
 */
public final class ExportRules {
    private ExportRules() {}

    /**
     * Who asks for it.
     *
     * @param id names the export; the same one again asks for the same refresh token
     * @param by the user, as the API server knows them
     * @param inDoubt whether to hand out a refresh token although nobody knows how its last redemption ended
     */
    public record Asked(String id, String by, boolean inDoubt) {}

    public sealed interface Verdict {
        /** To be stored by compare-and-set, and to be handed out only once it is. */
        record Store(Grant exported) implements Verdict {}

        /** It is stored under this id already. */
        record HandOut(Grant exported) implements Verdict {}

        /** The end of a redemption is not certain. Not before this fence is over, and then only in doubt. */
        record Unsettled(Intent intent) implements Verdict {}

        /** There is nothing to hand out, or not to them; half a sentence for a person. */
        record Refused(String why) implements Verdict {}
    }

    /**
     * Judges what was read from the store.
     *
     * @param markedEpoch the epoch that the token Secret carries; 0 for none
     * @param seenFor for how long the one who asks has seen the intent that stands
     */
    public static Verdict judge(Stored stored, long markedEpoch, Asked asked, Duration seenFor, Instant now) {
        Grant grant = stored.grant();
        Export export = grant.export();
        if (export != null && export.id().equals(asked.id())) {
            return new Verdict.HandOut(grant);
        }
        String obstacle = obstacle(grant);
        if (obstacle != null) {
            return new Verdict.Refused(obstacle);
        }
        if (grant.epoch() < markedEpoch && stored.released() < markedEpoch) {
            return new Verdict.Refused(
                    "is older than the token that was made from it (a restored backup?), and its refresh token"
                            + " may be spent: see GrantRolledBack in docs/reasons.md, and export it once it works again");
        }
        Intent intent = grant.intent();
        if (intent == null || intent.endedHarmlessly() || (asked.inDoubt() && seenFor.compareTo(intent.fence()) >= 0)) {
            long floor = Math.max(grant.epoch(), markedEpoch);
            return new Verdict.Store(GrantChanges.export(grant, asked, floor, now));
        }
        return new Verdict.Unsettled(intent);
    }

    /** Why there is nothing to hand out; null when there is. */
    private static @Nullable String obstacle(Grant grant) {
        Export export = grant.export();
        if (export != null) {
            return "was exported by " + export.by() + " at " + export.at() + " as " + export.id()
                    + ": repeat with --id " + export.id() + " to have the same again, or take that export back";
        }
        if (grant.grantType() == GrantType.ClientCredentials) {
            return "is of client credentials, which have no refresh token: there is nothing to export; apply the connection and its"
                    + " client's Secret on the other side";
        }
        if (grant.revocation() != null) {
            return "was revoked, or is about to be: there is nothing to export; give consent again";
        }
        if (Export.usable(grant.candidates()).isEmpty()) {
            return "has no refresh token that works ("
                    + (grant.candidates().isEmpty() ? "the provider gave none" : "the provider refused it")
                    + "): there is nothing to export; give consent on the other side";
        }
        return null;
    }
}
