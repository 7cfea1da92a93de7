package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leads a person to the consent page, and waits for what comes of it. */
final class ConsentInvitation {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String CODE = "[0-9A-Za-z-]{20,64}";
    private static final int CONNECT_MILLIS = 500;

    private final Console console;
    private final Patience patience;
    private final Browser browser;
    private String said = "";
    private boolean invited;

    /** @param browser one that opens nothing where the link is to be printed */
    ConsentInvitation(Console console, Patience patience, Browser browser) {
        this.console = console;
        this.patience = patience;
        this.browser = browser;
    }

    static int run(ClusterOptions cluster, @Nullable String namespace, String name, ConsentInvitation invitation) {
        return ClusterSession.within(cluster, namespace, session -> invitation.await(session, name));
    }

    private int await(ClusterSession session, String name) {
        Optional<ExitStatus> end = patience.until(session, name, connection -> look(session, connection));
        return end.orElseThrow(() -> ExitStatus.TimedOut.complaint(session.namespace() + "/" + name
                        + " is not Ready after " + Spans.of(patience.timeout()) + " (" + said
                        + "): run it again, or see 'oauthconnection status " + name + "'"))
                .code();
    }

    private Optional<ExitStatus> look(ClusterSession session, OAuthConnection connection) {
        String whose = session.namespace() + "/" + connection.getMetadata().getName();
        return switch (ConsentProgress.of(connection)) {
            case ConsentProgress.Connected connected -> {
                console.say(whose + " is connected.");
                yield Optional.of(ExitStatus.Done);
            }
            case ConsentProgress.Stuck(String why) ->
                throw ExitStatus.Attention.complaint(
                        whose + " needs something else than consent: " + Table.printable(why));
            case ConsentProgress.Waiting(String what) -> {
                say(Table.printable(what));
                yield Optional.empty();
            }
            case ConsentProgress.Asked(String url) -> {
                invite(session, connection, checked(url));
                yield Optional.empty();
            }
        };
    }

    /** Once, and not before somebody listens there. */
    private void invite(ClusterSession session, OAuthConnection connection, URI url) {
        if (invited) {
            return;
        }
        if (LOOPBACK.contains(url.getHost()) && !isListening(url)) {
            say("nothing listens at " + url.getHost() + ":" + port(url)
                    + " on this machine; in another terminal: kubectl port-forward --namespace "
                    + servedBy(connection) + " service/" + Names.MANAGER + " " + port(url) + ":80");
            return;
        }
        invited = true;
        String code = code(session, connection);
        if (code != null && browser.open(url + "#" + code)) {
            say("the page " + url + " is open in the browser; waiting for the consent");
            return;
        }
        console.print(url + "\n");
        say("open that page; it asks for the code that this prints: kubectl get secret "
                + Names.consentSecret(connection.getMetadata().getName()) + " --namespace " + session.namespace()
                + " --output=jsonpath='{.data." + Names.PAIRING_CODE + "}' | base64 -d");
    }

    /** A status is not trusted to name a program or a file to open. */
    private static URI checked(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null
                    && uri.getRawFragment() == null
                    && ("https".equals(uri.getScheme()) || LOOPBACK.contains(uri.getHost()))
                    && Set.of("http", "https").contains(uri.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw ExitStatus.Attention.complaint("status.consent.url is no page that may be opened: " + Table.printable(url)
                + "; correct --public-url of the operator");
    }

    /** The pairing code; null where the user may not read it, or where it is not this connection's. */
    private @Nullable String code(ClusterSession session, OAuthConnection connection) {
        Secret secret;
        try {
            secret = session.client()
                    .secrets()
                    .inNamespace(session.namespace())
                    .withName(Names.consentSecret(connection.getMetadata().getName()))
                    .get();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw e;
            }
            say("you may not read the pairing code: somebody who may read Secrets in namespace " + session.namespace()
                    + " has to give it to you");
            return null;
        }
        if (secret == null || secret.getData() == null || !belongs(secret, connection)) {
            return null;
        }
        String encoded = secret.getData().get(Names.PAIRING_CODE);
        String code = encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        return code.matches(CODE) ? code : null;
    }

    private static boolean belongs(Secret secret, OAuthConnection connection) {
        Map<String, String> labels =
                Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
        return Names.CONSENT.equals(labels.get(Names.ROLE))
                && secret.getMetadata().getOwnerReferences().stream()
                        .map(OwnerReference::getUid)
                        .anyMatch(connection.getMetadata().getUid()::equals);
    }

    private static String servedBy(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        return status == null || status.servedBy() == null ? "oauthconnection-system" : status.servedBy();
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    }

    private static boolean isListening(URI url) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(url.getHost()), port(url)), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void say(String line) {
        if (!line.equals(said)) {
            said = line;
            console.say(line);
        }
    }
}
