package dev.oauthconnection.local.playground;

import java.time.Instant;

/**
 * One token request that was answered.
 *
 * @param grantType as asked for, where it is one that the playground knows; otherwise "unknown"
 * @param clientId of a known client that proved itself; otherwise "unknown"
 * @param outcome "granted", or the error code of RFC 6749, section 5.2
 */
public record Served(Instant at, String grantType, String clientId, String outcome) {}
