package dev.oauthconnection.network;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS settings by what is trusted. To make them takes a while, so those in use are kept. */
final class TrustStores {
    /** Far more than there are providers with a bundle; what was replaced long ago goes when it is full. */
    private static final int KEPT = 100;

    record Tls(SSLSocketFactory sockets, X509TrustManager trustManager) {}

    private final Map<Trust, Tls> known = new ConcurrentHashMap<>();

    Tls of(Trust trust) throws IOException {
        @Nullable Tls kept = known.get(trust);
        if (kept != null) {
            return kept;
        }
        try {
            Tls made = make(trust);
            if (known.size() >= KEPT) {
                known.clear();
            }
            known.put(trust, made);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates of the provider's caBundle cannot be used", e);
        }
    }

    private static Tls make(Trust trust) throws GeneralSecurityException, IOException {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        int number = 0;
        for (X509Certificate authority : Stream.concat(
                        Stream.of(trustManager(null).getAcceptedIssuers()), trust.bundle().stream())
                .toList()) {
            authorities.setCertificateEntry(Integer.toString(number++), authority);
        }
        X509TrustManager trustManager = trustManager(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trustManager}, null);
        return new Tls(context.getSocketFactory(), trustManager);
    }

    /** @param authorities null for the system's */
    private static X509TrustManager trustManager(@Nullable KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }
}
