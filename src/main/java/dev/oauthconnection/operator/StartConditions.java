package dev.oauthconnection.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be there before the operator can start: CRDs that are as new as it is, and a namespace that it may serve. It waits for them
 * and says so, not ready, instead of ending again and again: a rolling update stalls then, and the pods of before go on.
 */
public final class StartConditions {
    private static final Logger LOG = LoggerFactory.getLogger(StartConditions.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final CrdCheck crds;
    private final ServedNamespaces namespaces;
    private final KubernetesClient client;
    private final boolean waitsForApiServer;
    private volatile Optional<String> waitingFor = Optional.empty();
    private String said = "";

    /** @param waitsForApiServer whether an API server that cannot be reached is waited for too, or is an exception */
    public StartConditions(KubernetesClient client, Configuration configuration, boolean waitsForApiServer) {
        this.client = client;
        this.waitsForApiServer = waitsForApiServer;
        this.crds = new CrdCheck(client);
        this.namespaces = new ServedNamespaces(client, configuration.scope());
    }

    /** What is waited for right now, and what to do. */
    public Optional<String> waitingFor() {
        return waitingFor;
    }

    /** Returns once they are met. Each obstacle is logged once. */
    public void await() throws InterruptedException {
        for (Optional<String> now = obstacle(); now.isPresent(); now = obstacle()) {
            if (!now.equals(waitingFor)) {
                LOG.warn("waiting: {}", now.get());
            }
            waitingFor = now;
            Thread.sleep(PAUSE);
        }
        waitingFor = Optional.empty();
    }

    private Optional<String> obstacle() {
        try {
            return obstacleOfReachable();
        } catch (KubernetesClientException e) {
            if (waitsForApiServer && e.getStatus() == null) {
                return Optional.of("the Kubernetes API server at " + client.getMasterUrl() + " cannot be reached");
            }
            throw e;
        }
    }

    private Optional<String> obstacleOfReachable() {
        Optional<String> problem = comparison();
        if (problem.isPresent()) {
            return problem;
        }
        Set<String> refused = namespaces.refused();
        return namespaces.isAll(refused) ? Optional.of(ServedNamespaces.describe(refused)) : Optional.empty();
    }

    private Optional<String> comparison() {
        try {
            CrdCheck.Comparison comparison = crds.compare();
            if (comparison.missing().isEmpty() && !comparison.unknown().isEmpty()) {
                sayOnce("the CRDs are newer than the operator, which leaves these fields alone: "
                        + String.join(", ", comparison.unknown()));
            }
            return comparison.problem();
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null) {
                throw e;
            }
            sayOnce("the CRDs cannot be compared with what the operator knows (HTTP " + e.getCode() + ")");
            return Optional.empty();
        }
    }

    /** It may look many times, and see the same. */
    private void sayOnce(String seen) {
        if (!seen.equals(said)) {
            said = seen;
            LOG.info(seen);
        }
    }
}
