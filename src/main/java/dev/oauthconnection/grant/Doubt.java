package dev.oauthconnection.grant;

import java.time.Instant;

/**
 * That a refresh token may have been spent by a redemption whose answer is not known. Whoever sends it again carries the doubt on, also
 * through attempts that never reached the provider, until an answer or a refusal settles it.
 *
 * @param window through which the answer was lost, if there was one
 * @param since the earliest moment at which the token may have been spent; the provider's grace counts from here
 * @param epoch of the latest redemption whose end is not known; an admin's release must reach it
 */
public record Doubt(LossWindow window, Instant since, long epoch) {}
