package dev.oauthconnection.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A certificate authority that no system knows. */
public final class Authority {
    private final HeldCertificate root = new HeldCertificate.Builder()
            .commonName("private authority")
            .certificateAuthority(0)
            .build();

    /** What a caBundle holds. */
    public String pem() {
        return root.certificatePem();
    }

    /** Its key, which a caBundle must not hold. */
    public String privateKeyPem() {
        return root.privateKeyPkcs8Pem();
    }

    /** A TLS listener on 127.0.0.1 with a certificate for these hosts. */
    public ServerSocket listener(String... hosts) {
        HeldCertificate.Builder certificate = new HeldCertificate.Builder().signedBy(root);
        for (String host : hosts) {
            certificate.addSubjectAlternativeName(host);
        }
        HandshakeCertificates server = new HandshakeCertificates.Builder()
                .heldCertificate(certificate.build())
                .build();
        try {
            return server.sslContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
