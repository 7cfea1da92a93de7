package dev.oauthconnection.grant;

import org.jspecify.annotations.Nullable;

/**
 * One try to redeem a grant.
 *
 * @param nonce names it, and no other
 * @param holder this process: {@code <pod uid>/<boot>/<process>}
 * @param windows how long its parts may take
 * @param refreshRequest the value of the annotation that asked for it; null when none did
 */
public record Attempt(
        String nonce,
        String holder,
        Windows windows,
        @Nullable String refreshRequest) {}
