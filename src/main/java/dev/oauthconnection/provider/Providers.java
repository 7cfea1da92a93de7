package dev.oauthconnection.provider;

/** The port through which providers are looked up: ClusterOAuthProviders first, then the built-in catalogue. */
public interface Providers {
    /** Looks a provider up and discovers what its entry leaves out. May call the network; discovery is cached. Never throws for bad data. */
    ProviderResolution resolve(String name);
}
