package dev.oauthconnection.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ssl.SSLContext;
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

    /** What a server of these hosts presents: its key and its certificate in PEM. */
    public ServerIdentity identity(String... hosts) {
        HeldCertificate certificate = certificate(hosts);
        return new ServerIdentity(certificate.privateKeyPkcs8Pem(), certificate.certificatePem());
    }

    /** A key and its certificate, both in PEM. */
    public record ServerIdentity(String key, String certificate) {}

    /** TLS of a client that believes this authority alone. */
    public SSLContext clientContext() {
        return new HandshakeCertificates.Builder()
                .addTrustedCertificate(root.certificate())
                .build()
                .sslContext();
    }

    /** A TLS listener on 127.0.0.1 with a certificate for these hosts. */
    public ServerSocket listener(String... hosts) {
        HandshakeCertificates server = new HandshakeCertificates.Builder()
                .heldCertificate(certificate(hosts))
                .build();
        try {
            return server.sslContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HeldCertificate certificate(String... hosts) {
        HeldCertificate.Builder certificate = new HeldCertificate.Builder().signedBy(root);
        for (String host : hosts) {
            certificate.addSubjectAlternativeName(host);
        }
        return certificate.build();
    }
}
