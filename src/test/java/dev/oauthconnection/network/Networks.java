package dev.oauthconnection.network;

import okhttp3.OkHttpClient;

/** Networks for tests of what is not about networks. */
public final class Networks {
    private Networks() {}

    /** Goes anywhere, as in local mode. */
    public static Outbound open() {
        return new ProviderNetwork(new OkHttpClient(), AddressRules.ANYWHERE);
    }
}
