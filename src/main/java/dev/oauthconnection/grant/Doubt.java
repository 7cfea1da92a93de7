package dev.oauthconnection.grant;

import java.time.Instant;

/**
 * That a refresh token may have been spent by a redemption whose answer is not known. Whoever sends it again carries the doubt on, also
 * through attempts that never reached the provider, until an answer or a refusal settles it.
 *
 * @param window through which the answer was lost, if there was one
 * @param since the earliest moment at which the token may have been spent; the provider's grace counts from here
 * @param epoch of the latest redemption whose end is not known; an admin's release must reach it
 * @param released whether an admin released it, so that an attempt which never reaches the provider does not use the release up
 */
public record Doubt(LossWindow window, Instant since, long epoch, boolean released) {
    Doubt(LossWindow window, Instant since, long epoch) {
        this(window, since, epoch, false);
    }

    /** As an admin released it; that stands until another redemption ends in doubt. */
    Doubt release() {
        return new Doubt(window, since, epoch, true);
    }
}
