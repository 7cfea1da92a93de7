package dev.oauthconnection.keeper;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenRequest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One request for the keeper to send, and what it is for. The components are those of {@link TokenRequest}, and these:
 *
 * @param way to the endpoint
 * @param authorities beside those of the system, in DER
 * @param callTimeout for the whole exchange
 * @param window in which the request may be written; its monotonic clock is that of the machine, which both processes share
 * @param awaited what makes a journal entry of a granted answer
 */
record Errand(
        Way way,
        URI endpoint,
        List<byte[]> authorities,
        Client client,
        ClientAuthentication authentication,
        Map<String, String> parameters,
        Map<String, String> headers,
        Set<Integer> notProcessedStatuses,
        Duration defaultLifetime,
        Duration callTimeout,
        SendWindow window,
        AwaitedAnswer awaited) {

    static Errand of(Way way, TokenRequest request, Duration callTimeout, SendWindow window, AwaitedAnswer awaited) {
        return new Errand(
                way,
                request.endpoint(),
                encoded(request.trust()),
                request.client(),
                request.authentication(),
                request.parameters(),
                request.headers(),
                request.notProcessedStatuses(),
                request.defaultLifetime(),
                callTimeout,
                window,
                awaited);
    }

    TokenRequest request() {
        return new TokenRequest(
                endpoint, trust(), client, authentication, parameters, headers, notProcessedStatuses, defaultLifetime);
    }

    private static List<byte[]> encoded(Trust trust) {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate authority : trust.bundle()) {
                encoded.add(authority.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read cannot be written", e);
        }
        return encoded;
    }

    private Trust trust() {
        List<X509Certificate> bundle = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] authority : authorities) {
                bundle.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(authority)));
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate that was written cannot be read", e);
        }
        return new Trust(bundle);
    }

    /** Without what it carries. */
    @Override
    public String toString() {
        return "Errand[" + awaited + "]";
    }
}
