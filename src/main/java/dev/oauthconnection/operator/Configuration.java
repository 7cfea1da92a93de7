package dev.oauthconnection.operator;

import dev.oauthconnection.delivery.NamedSecrets;
import dev.oauthconnection.delivery.SecretRights;
import dev.oauthconnection.network.AddressRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How this operator is run.
 *
 * @param namespace the operator's own: grants and consent attempts live there
 * @param scope which connections it serves, and how it reaches their Secrets
 * @param podUid of the pod this process runs in; its journal lives as long as that pod
 * @param journal the folder of the journal: an emptyDir in memory, or local mode's folder
 * @param publicUrl where browsers reach the consent pages
 * @param redirectUri registered with the providers
 * @param network where requests to providers may go
 * @param features what is switched on
 * @param lease by which the replicas elect a leader; null for a process that is alone
 */
public record Configuration(
        String namespace,
        Scope scope,
        String podUid,
        Path journal,
        URI publicUrl,
        URI redirectUri,
        Network network,
        Set<Feature> features,
        @Nullable Lease lease) {

    /**
     * The leader's Lease.
     *
     * @param name of the object in the operator's own namespace
     * @param duration how long a leader that fell silent is waited for; one that cannot renew it ends after two thirds of that
     */
    public record Lease(String name, Duration duration) {
        /** As controllers of Kubernetes have it. */
        public static final Duration USUAL = Duration.ofSeconds(15);

        Duration renewDeadline() {
            return duration.multipliedBy(2).dividedBy(3);
        }

        Duration retryPeriod() {
            return duration.multipliedBy(2).dividedBy(15);
        }
    }

    /** How the Secrets of the served namespaces are reached. */
    public enum SecretAccess {
        /** All of them may be listed and watched, as RBAC for a namespace or a cluster allows. */
        Listed,
        /** Each by its name, where the team's own Role names it. */
        Named
    }

    /** What is off unless it is asked for. */
    public enum Feature {
        /** Touch an annotation of the pods that mount a token Secret, where the connection asks for it. */
        EagerPropagation,
        /** A metric for each connection: the seconds until its token expires. */
        ExpiryMetrics
    }

    /**
     * Which connections are served.
     *
     * @param namespaces the namespaces whose connections are served; empty for all
     * @param selector a label selector that connections have to match; null for all
     */
    public record Scope(Set<String> namespaces, @Nullable String selector, SecretAccess secrets) {
        /** Every connection of the cluster. */
        public static final Scope ALL = new Scope(Set.of(), null, SecretAccess.Listed);

        SecretRights rights() {
            return secrets == SecretAccess.Named ? new NamedSecrets() : SecretRights.LISTED;
        }
    }

    /**
     * Where requests to providers may go.
     *
     * @param loopbackHttpAllowed whether providers may be plain http on loopback: local mode
     * @param allowedAddresses CIDR blocks that requests may go to although they are not public
     */
    public record Network(boolean loopbackHttpAllowed, List<String> allowedAddresses) {
        /** As in local mode. */
        public static final Network LOCAL = new Network(true, List.of());

        /**
         * The rules for addresses. Where providers may be on loopback there are none.
         *
         * @throws IllegalArgumentException when a block is malformed
         */
        public AddressRules addressRules() {
            return loopbackHttpAllowed ? AddressRules.ANYWHERE : AddressRules.publicAnd(allowedAddresses);
        }
    }
}
