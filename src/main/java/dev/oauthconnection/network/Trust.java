package dev.oauthconnection.network;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Which certificate authorities a request believes: those of the system and, for the requests of one provider, those of its bundle.
 *
 * @param bundle the authorities beside the system's
 */
public record Trust(List<X509Certificate> bundle) {
    /** The authorities of the system alone. */
    public static final Trust SYSTEM = new Trust(List.of());

    public Trust {
        bundle = List.copyOf(bundle);
    }

    /**
     * Reads a bundle in PEM.
     *
     * @throws IllegalArgumentException when it holds anything else, or nothing; the message shows none of it and completes a sentence
     */
    public static Trust systemAnd(String pem) {
        if (pem.contains("PRIVATE KEY")) {
            // Not parsed, and nothing of it repeated: it is in the wrong place already.
            throw new IllegalArgumentException("holds a private key: leave certificates alone in it");
        }
        try {
            List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return new Trust(certificates);
            }
        } catch (CertificateException e) {
            // What the parser says helps nobody who looks at a text file.
        }
        throw new IllegalArgumentException("holds no certificates that can be read: write them in PEM, each from"
                + " -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----");
    }

    @Override
    public String toString() {
        return bundle.isEmpty() ? "Trust[system]" : "Trust[system and " + bundle.size() + "]";
    }
}
