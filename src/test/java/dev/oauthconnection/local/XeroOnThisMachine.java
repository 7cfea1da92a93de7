package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.server.ScriptedXero;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A scripted Xero, the manifest that puts it in the place of the real one, and a person who connects the two. */
record XeroOnThisMachine(LocalRig rig, ScriptedXero xero) implements AutoCloseable {
    private static final String MANIFEST = """
            apiVersion: oauthconnection.dev/v1alpha1
            kind: ClusterOAuthProvider
            metadata:
              name: xero
            spec:
              authorization:
                endpoint: URL/identity/connect/authorize
              token:
                endpoint: URL/connect/token
                clientAuthentication: Basic
                defaultLifetime: 30m
              refreshTokens:
                rotation: Always
                gracePeriod: 30m
                reuseRevokesGrant: false
                idleLifetime: 1440h
              revocation:
                endpoint: URL/connect/revocation
                ends: Consent
              accounts:
                endpoint: URL/connections
            """;

    static XeroOnThisMachine beside(LocalRig rig) {
        URI redirectUri = URI.create("http://localhost:" + rig.port() + "/code");
        ScriptedXero xero = ScriptedXero.start(redirectUri, 0, InstantSource.system());
        rig.keepSecret(xero::issued);
        rig.keepSecret(() -> List.of(ScriptedXero.CLIENT_SECRET));
        return new XeroOnThisMachine(rig, xero);
    }

    /** Starts the process with the manifest; it serves when this returns. */
    LocalProcess start(String... more) throws IOException {
        return rig.start(options(more).toArray(String[]::new));
    }

    LocalProcess launch(String... more) throws IOException {
        return rig.launch(options(more).toArray(String[]::new));
    }

    /** The options that lead to this Xero, and these. */
    List<String> options(String... more) throws IOException {
        String manifests = rig.manifest(MANIFEST.replace("URL", xero.url())).toString();
        List<String> options = new ArrayList<>(List.of("--provider", "xero", "--manifests", manifests));
        options.addAll(List.of(more));
        return options;
    }

    /** Enters the client's credentials on the page, and follows the consent to its end. */
    void connect() throws Exception {
        Visitor visitor = new Visitor();
        Visitor.Shown entered = visitor.submit(
                rig.url("/"),
                Map.of(
                        "client_id", ScriptedXero.CLIENT_ID,
                        "client_secret", ScriptedXero.CLIENT_SECRET,
                        "tenant_id", ScriptedXero.TENANT_ID));
        assertThat(entered.status()).isEqualTo(200);
        Visitor.Shown granted = visitor.open(rig.url("/home"));
        assertThat(granted.text()).contains("Connected");
        assertThat(granted.status()).isEqualTo(200);
        rig.awaitToken();
    }

    @Override
    public void close() {
        xero.close();
    }
}
