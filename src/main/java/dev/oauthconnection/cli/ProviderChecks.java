package dev.oauthconnection.cli;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.cli.Finding.Level;
import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.BoundedHttp;
import dev.oauthconnection.oauth.Reachability;
import dev.oauthconnection.provider.CaBundles;
import dev.oauthconnection.provider.Catalogue;
import dev.oauthconnection.provider.Discovery;
import dev.oauthconnection.provider.Provider;
import dev.oauthconnection.provider.ProviderResolution;
import dev.oauthconnection.provider.ProviderResolver;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a provider what can be asked without credentials, from this machine. */
final class ProviderChecks {
    private static final Duration CALL = Duration.ofSeconds(10);
    /** Within this two clocks are the same. */
    private static final Duration SAME = Duration.ofSeconds(5);
    /** By more than this ID tokens are refused, and a token's end is misjudged. */
    private static final Duration APART = Duration.ofMinutes(1);

    private final Discovery discovery;
    private final ProviderResolver resolver;
    private final Reachability reachability;

    /**
     * @param applied the ClusterOAuthProviders by name
     * @param loopbackHttpAllowed whether a provider may be plain http on loopback
     */
    ProviderChecks(
            Map<String, ProviderSpec> applied, CaBundles bundles, boolean loopbackHttpAllowed, InstantSource clock) {
        Outbound network = new ProviderNetwork(OperatorOptions.proxied(System.getenv()), AddressRules.ANYWHERE);
        this.discovery = new Discovery(new BoundedHttp(network, CALL), clock);
        this.resolver = new ProviderResolver(
                name -> Optional.ofNullable(applied.get(name)),
                new Catalogue(),
                discovery,
                loopbackHttpAllowed,
                bundles);
        this.reachability = new Reachability(network, CALL, clock);
    }

    /** @throws Complaint where there is no such provider */
    List<Finding> of(String name) {
        return switch (resolver.resolve(name)) {
            case ProviderResolution.NotFound(String message) -> throw ExitStatus.Correct.complaint(message);
            case ProviderResolution.Invalid(String message) ->
                List.of(new Finding(
                        "definition", Level.Failed, message, "Correct the ClusterOAuthProvider as it says."));
            case ProviderResolution.Unreachable(String message) ->
                List.of(new Finding("discovery", Level.Failed, message, unreached()));
            case ProviderResolution.Resolved(Provider provider) -> of(provider);
        };
    }

    private List<Finding> of(Provider provider) {
        List<Finding> findings = new ArrayList<>();
        if (provider.issuer() != null) {
            findings.add(discovery(URI.create(provider.issuer()), provider.trust()));
        }
        if (provider.authorizationEndpoint() != null) {
            findings.add(endpoint(
                    "authorization endpoint",
                    provider.authorizationEndpoint(),
                    reachability.ask(provider.authorizationEndpoint(), provider.trust())));
        }
        Reachability.Result token = reachability.ask(provider.tokenEndpoint(), provider.trust());
        findings.add(endpoint("token endpoint", provider.tokenEndpoint(), token));
        if (token instanceof Reachability.Result.Reached(int status, Duration ahead)) {
            findings.add(clock(ahead));
        }
        return findings;
    }

    /** Asked a moment ago by the resolver, and remembered. */
    private Finding discovery(URI issuer, Trust trust) {
        return switch (discovery.discover(issuer, trust)) {
            case Discovery.Result.Found found -> Finding.ok("discovery", "the document of " + issuer);
            case Discovery.Result.Invalid(String message) -> withoutDocument(message);
            case Discovery.Result.Absent(String message) -> withoutDocument(message);
            case Discovery.Result.Unreachable(String message) -> withoutDocument(message);
        };
    }

    private static Finding withoutDocument(String message) {
        return new Finding(
                "discovery",
                Level.Warning,
                message,
                "Nothing, if the provider is down: its definition names the endpoints itself.");
    }

    static Finding endpoint(String check, URI endpoint, Reachability.Result result) {
        return switch (result) {
            case Reachability.Result.Reached(int status, Duration ahead) ->
                status >= 500
                        ? new Finding(
                                check,
                                Level.Warning,
                                endpoint + " answered " + status,
                                "Ask again later: the provider fails.")
                        : Finding.ok(check, endpoint + " answered " + status + " (asked without credentials)");
            case Reachability.Result.Unreached(String why) -> new Finding(check, Level.Failed, why, unreached());
        };
    }

    static Finding clock(@Nullable Duration ahead) {
        if (ahead == null) {
            return new Finding("clock", Level.Unknown, "the answer has no Date", "");
        }
        Duration apart = ahead.abs();
        if (apart.compareTo(SAME) <= 0) {
            return Finding.ok("clock", "within " + SAME.toSeconds() + "s of this machine's");
        }
        return new Finding(
                "clock",
                apart.compareTo(APART) > 0 ? Level.Failed : Level.Warning,
                "the provider's is " + Spans.of(apart) + (ahead.isNegative() ? " behind" : " ahead of")
                        + " this machine's",
                "Set the clock of this machine, and those of the cluster's nodes, by NTP.");
    }

    private static String unreached() {
        return "Correct what it says: proxy (HTTPS_PROXY, NO_PROXY), firewall, DNS, the provider's definition. The operator's pod may"
                + " have another way than this machine: docs/networks.md.";
    }
}
