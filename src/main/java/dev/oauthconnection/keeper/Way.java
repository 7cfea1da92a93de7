package dev.oauthconnection.keeper;

import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.EnvironmentProxy;
import dev.oauthconnection.network.Outbound;
import dev.oauthconnection.network.ProviderNetwork;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the operator's requests find their way to providers. It comes with each errand, so that the keeper has no settings of its own that
 * could be others than the operator's.
 *
 * @param proxy the variables of the environment that name a proxy, and its exceptions
 * @param anywhere whether every address may be asked
 * @param allowedAddresses CIDR blocks that may be although they are not public
 */
public record Way(Map<String, String> proxy, boolean anywhere, List<String> allowedAddresses) {
    private static final Set<String> PROXY = Set.of("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy");

    /** With the proxy of this environment. */
    public static Way of(Map<String, String> environment, boolean anywhere, List<String> allowedAddresses) {
        Map<String, String> proxy = environment.entrySet().stream()
                .filter(variable -> PROXY.contains(variable.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Way(proxy, anywhere, allowedAddresses);
    }

    /** @throws IllegalArgumentException where a setting is malformed, of which the operator itself tells its admin */
    public Outbound network() {
        AddressRules rules = anywhere ? AddressRules.ANYWHERE : AddressRules.publicAnd(allowedAddresses);
        return new ProviderNetwork(EnvironmentProxy.of(proxy).client(), rules);
    }

    /** Without the proxy, whose URL may hold a password. */
    @Override
    public String toString() {
        return "Way[" + (anywhere ? "anywhere" : allowedAddresses) + (proxy.isEmpty() ? "" : ", with a proxy") + "]";
    }
}
