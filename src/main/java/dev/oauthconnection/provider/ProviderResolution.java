package dev.oauthconnection.provider;

/** What came of looking a provider up by its name. Messages are for the connection's author and say what to do. */
public sealed interface ProviderResolution {
    record Resolved(Provider provider) implements ProviderResolution {}

    /** Nobody declared it, and it is not built in. */
    record NotFound(String message) implements ProviderResolution {}

    /** It is declared, and cannot be used as it is: an endpoint is missing, malformed or not https, discovery names another issuer. */
    record Invalid(String message) implements ProviderResolution {}

    /** Its discovery document cannot be read right now; worth another try. */
    record Unreachable(String message) implements ProviderResolution {}
}
