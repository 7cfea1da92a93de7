package dev.oauthconnection.provider;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.network.Trust;

/** The port through which the certificates of a provider's caBundle are read. */
@FunctionalInterface
public interface CaBundles {
    /** Reads them; may call the network, and keeps what it read for a little while. Never throws for bad data. */
    Result read(ProviderSpec.CaBundle bundle);

    /** What came of it. Messages complete a sentence about the provider, and say what to do. */
    sealed interface Result {
        record Found(Trust trust) implements Result {}

        /** It is missing, malformed or not ours to read. */
        record Unusable(String message) implements Result {}

        /** Nobody knows right now. */
        record Unreadable(String message) implements Result {}
    }
}
