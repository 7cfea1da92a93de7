package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.cli.Finding.Level;
import dev.oauthconnection.oauth.Reachability;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether browsers reach the consent pages, and so the redirect URI beside them. Pure. */
final class ConsentPages {
    private static final String CHECK = "consent pages";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private ConsentPages() {}

    /** The public URL of the operator, by what it tells connections that ask for consent. */
    static Optional<URI> of(List<OAuthConnection> connections) {
        return connections.stream()
                .map(OAuthConnection::getStatus)
                .filter(status -> status != null
                        && status.consent() != null
                        && status.consent().url() != null)
                .map(status -> String.valueOf(status.consent().url()).replaceFirst("/connect/[^/]+/[^/]+$", ""))
                .findFirst()
                .flatMap(ConsentPages::parse);
    }

    static Optional<URI> parse(String url) {
        try {
            URI uri = URI.create(url.replaceFirst("/+$", ""));
            return Optional.of(uri).filter(u -> u.getHost() != null);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Finding judge(URI publicUrl, Reachability.Result result) {
        String redirect = "the redirect URI is " + publicUrl + "/callback";
        boolean loopback = LOOPBACK.contains(publicUrl.getHost());
        return switch (result) {
            case Reachability.Result.Reached reached
            when reached.status() < 500 -> Finding.ok(CHECK, "they answer; " + redirect);
            case Reachability.Result.Reached reached ->
                new Finding(
                        CHECK,
                        Level.Failed,
                        publicUrl + " answered " + reached.status(),
                        "Look at the Ingress or Gateway before the operator's Service, and at the operator's pods.");
            case Reachability.Result.Unreached(String why) ->
                loopback
                        ? new Finding(
                                CHECK,
                                Level.Warning,
                                why + "; " + redirect,
                                "For a consent run the port-forward that 'oauthconnection connect' prints, or set --public-url"
                                        + " to an address that browsers reach.")
                        : new Finding(
                                CHECK,
                                Level.Failed,
                                why + "; " + redirect,
                                "Lead an Ingress or Gateway of that host to the operator's Service, or correct --public-url.");
        };
    }
}
