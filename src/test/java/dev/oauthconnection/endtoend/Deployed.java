package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.Cluster;
import dev.oauthconnection.testing.Helm;
import dev.oauthconnection.testing.Kubectl;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The operator as a user deploys it in a cluster with nodes, from deploy/ and its image. */
record Deployed(Cluster cluster, String namespace, String name, Kubectl kubectl) {
    /** Of what deploy/ holds. */
    static final String NAMESPACE = "oauthconnection-system";

    static final URI REDIRECT_URI = URI.create("http://localhost:5001/callback");
    static final String DEPLOYMENT = "deployment/oauth-connection-operator";

    private static final String NAME = "oauth-connection-operator";
    private static final int CONSENT_PAGES = 5001;

    static Deployed in(String namespace, Cluster cluster) {
        return new Deployed(cluster, namespace, NAME, cluster.kubectl(namespace));
    }

    /** With cluster-wide names of its own. */
    Deployed named(String other) {
        return new Deployed(cluster, namespace, other, kubectl);
    }

    /** As the default overlay has it, with eager propagation, and with further arguments of the operator. */
    void applyKustomization(String... arguments) {
        String patches = Arrays.stream(arguments)
                .map("      - {op: add, path: /spec/template/spec/containers/0/args/-, value: \"%s\"}\n"::formatted)
                .collect(Collectors.joining());
        try {
            Path folder = Files.createDirectories(Path.of("target", "overlays", "cluster"));
            Files.writeString(folder.resolve("kustomization.yaml"), """
                    resources:
                      - ../../../deploy/cluster-wide
                    components:
                      - ../../../deploy/components/eager-propagation
                    patches:
                      - target: {kind: Deployment}
                        patch: |
                    """ + patches.indent(4));
            kubectl("apply", "--server-side", "--force-conflicts", "-k", "crds");
            kubectl("apply", "-k", folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any kubectl command in the operator's namespace; returns what it printed. */
    String kubectl(String... arguments) {
        Kubectl.Result result = kubectl.run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    void awaitRollout() {
        kubectl("rollout", "status", "deployment/" + name, "--timeout=120s");
    }

    /** Those that are not on their way out. */
    List<Pod> pods() {
        return cluster
                .client()
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/name", NAME)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** The pod that holds the lease, once one does. */
    Pod leader() {
        return await().atMost(Team.PATIENCE)
                .until(this::findLeader, Optional::isPresent)
                .orElseThrow();
    }

    void awaitLeaderOtherThan(Pod before) {
        await().atMost(Team.PATIENCE).until(() -> findLeader()
                .filter(pod ->
                        !pod.getMetadata().getUid().equals(before.getMetadata().getUid()))
                .isPresent());
    }

    private Optional<Pod> findLeader() {
        Lease lease =
                cluster.client().leases().inNamespace(namespace).withName(NAME).get();
        String holder = lease == null || lease.getSpec().getHolderIdentity() == null
                ? ""
                : lease.getSpec().getHolderIdentity();
        return pods().stream()
                .filter(pod -> holder.startsWith(pod.getMetadata().getUid() + "/"))
                .findFirst();
    }

    /** Whether the kernel ended a container of a pod for its memory. */
    boolean wasOomKilled() {
        return pods().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getLastState)
                .anyMatch(state -> state.getTerminated() != null
                        && "OOMKilled".equals(state.getTerminated().getReason()));
    }

    /** The consent pages at http://localhost:5001, as the README says. */
    PortForward forwardConsentPages() {
        return PortForward.to(kubectl, "service/" + NAME, CONSENT_PAGES, 80);
    }

    /** Runs deploy/uninstall, as a user would. */
    void uninstall(String... options) {
        Kubectl.Result result = kubectl.script("deploy/uninstall", options);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /** A command of helm's about the release of this name. */
    void helm(String verb, String release, String... options) {
        List<String> arguments = new ArrayList<>(List.of(verb, release));
        if (verb.equals("install") || verb.equals("upgrade")) {
            arguments.add("deploy/chart");
        }
        arguments.addAll(List.of("--namespace", namespace));
        arguments.addAll(List.of(options));
        Kubectl.Result result = Helm.with(kubectl.kubeconfig()).run(arguments.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
