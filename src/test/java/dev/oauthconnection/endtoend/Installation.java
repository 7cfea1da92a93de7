package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.AuditLog;
import dev.oauthconnection.testing.Kustomize;
import dev.oauthconnection.testing.Wire;
import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The operator installed in a cluster with what deploy/ holds: its namespace, its service account with its rights, and as many replicas
 * as a test starts. There is no controller that would start those of the Deployment. Closing it kills them.
 *
 * @param namespace the operator's own
 * @param wire between its replicas and the API server
 */
public record Installation(ApiServer api, String namespace, Path kubeconfig, Wire wire, List<Replica> replicas)
        implements AutoCloseable {
    private static final String ACCOUNT = "oauth-connection-operator";
    /** Nobody renews it, and a run of the laboratory may be long. */
    private static final Duration LIFETIME = Duration.ofHours(24);

    private static final String USUAL_NAMESPACE = "oauthconnection-system";

    /** In the namespace that deploy/ names. */
    static Installation usual(ApiServer api) {
        return in(USUAL_NAMESPACE, api, Kustomize.of(api.kubectl()).build("cluster-wide"));
    }

    /** In a namespace of this test's own, so that no lease of an earlier test is in the way. */
    public static Installation ofOneTest(ApiServer api) {
        return ofOneTest(api, Kustomize.of(api.kubectl()).build("cluster-wide"));
    }

    /** The same with these manifests, which name the usual namespace. */
    static Installation ofOneTest(ApiServer api, String manifests) {
        return in(api.namespace() + "-operator", api, manifests);
    }

    /** One more beside that of this test. */
    static Installation another(ApiServer api) {
        return in(api.namespace() + "-another", api, Kustomize.of(api.kubectl()).build("cluster-wide"));
    }

    /** Binds the rights that are for the whole cluster to the accounts of both: the manifests' own bindings are for one. */
    static void bind(Installation one, Installation two) {
        for (String role : List.of(ACCOUNT, ACCOUNT + "-connections")) {
            one.api()
                    .client()
                    .resource(new ClusterRoleBindingBuilder()
                            .withNewMetadata()
                            .withName(one.api().namespace() + "-" + role)
                            .endMetadata()
                            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                            .addNewSubject(null, "ServiceAccount", ACCOUNT, one.namespace())
                            .addNewSubject(null, "ServiceAccount", ACCOUNT, two.namespace())
                            .build())
                    .create();
        }
    }

    private static Installation in(String namespace, ApiServer api, String manifests) {
        try {
            var applied = api.kubectl().apply(manifests.replace(USUAL_NAMESPACE, namespace));
            assertThat(applied.exitCode()).as(applied.output()).isZero();
            Wire wire = wireTo(api);
            return new Installation(api, namespace, kubeconfig(api, namespace, wire, ""), wire, new ArrayList<>());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Wire wireTo(ApiServer api) {
        return Wire.to(api.client().getMasterUrl().getPort());
    }

    /** One more way to the API server, for a process of its own. */
    public Wire wireToApiServer() {
        return wireTo(api);
    }

    /** The kubeconfig of the operator's account, by that way, at whose end there may also be who this authority (PEM) vouches for. */
    public Path kubeconfigThrough(Wire way, String authority) {
        try {
            return kubeconfig(api, namespace, way, authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A pod that the restricted policy of the namespace admits, yet to be created; nothing runs it. */
    public Pod podOfOperator(String generateName) {
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(generateName)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(ACCOUNT)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("operator")
                .withImage("operator")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Path kubeconfig(ApiServer api, String namespace, Wire wire, String authority) throws IOException {
        TokenRequest token = api.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(ACCOUNT)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(LIFETIME.toSeconds())
                        .endSpec()
                        .build());
        Config config = Serialization.unmarshal(Files.readString(api.kubeconfig()), Config.class);
        config.getUsers()
                .forEach(user -> user.setUser(new AuthInfoBuilder()
                        .withToken(token.getStatus().getToken())
                        .build()));
        for (NamedCluster named : config.getClusters()) {
            named.getCluster().setServer("https://127.0.0.1:" + wire.port());
            named.getCluster().setCertificateAuthorityData(with(authority, named.getCluster()));
            named.getCluster().setCertificateAuthority(null);
        }
        Path file = Files.createTempFile("operator-kubeconfig", ".yaml");
        file.toFile().deleteOnExit();
        return Files.writeString(file, Serialization.asYaml(config));
    }

    private static String with(String authority, Cluster cluster) throws IOException {
        byte[] own = cluster.getCertificateAuthorityData() == null
                ? Files.readAllBytes(Path.of(cluster.getCertificateAuthority()))
                : Base64.getDecoder().decode(cluster.getCertificateAuthorityData());
        String all = new String(own, StandardCharsets.US_ASCII).strip() + "\n" + authority;
        return Base64.getEncoder().encodeToString(all.getBytes(StandardCharsets.US_ASCII));
    }

    /** Starts one more replica with these further options; returns once it is ready. */
    Replica start(String... options) {
        Replica replica = launch(options);
        replica.awaitReady();
        return replica;
    }

    /** Starts one more replica, and does not wait for it. */
    Replica launch(String... options) {
        Replica replica = Replica.launch(kubeconfig, namespace, options);
        replicas.add(replica);
        return replica;
    }

    /** What the operator asked the API server since a position of the audit log. */
    List<AuditLog.Request> requestsSince(long position) {
        return api.audit().since(position, "system:serviceaccount:" + namespace + ":" + ACCOUNT);
    }

    @Override
    public void close() {
        replicas.forEach(Replica::kill);
        wire.close();
    }
}
