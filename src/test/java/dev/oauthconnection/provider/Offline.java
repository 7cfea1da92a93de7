package dev.oauthconnection.provider;

import dev.oauthconnection.oauth.BoundedHttp;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import okhttp3.OkHttpClient;

/** Discovery for tests that must not reach a network. */
final class Offline {
    private Offline() {}

    /** Discovery that resolves no host. */
    static CaBundles noBundles() {
        return bundle -> new CaBundles.Result.Unusable("there are no bundles in this test");
    }

    static Discovery discovery() {
        OkHttpClient deaf = new OkHttpClient.Builder()
                .dns(host -> {
                    throw new UnknownHostException(host);
                })
                .build();
        return new Discovery(new BoundedHttp((url, trust) -> deaf, Duration.ofSeconds(5)), InstantSource.system());
    }
}
