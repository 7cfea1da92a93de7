package dev.oauthconnection.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Helm;
import dev.oauthconnection.testing.Kubectl;
import dev.oauthconnection.testing.Kustomize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An installation comes, changes and goes, and the connections stay. */
class ReleaseIT {
    private static final String CONNECTION = """
            apiVersion: oauthconnection.dev/v1alpha1
            kind: OAuthConnection
            metadata: {name: books}
            spec: {provider: {name: xero}}
            """;

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @Test
    void a_release_is_installed_upgraded_rolled_back_and_removed_and_no_connection_goes() {
        kubectl("apply", "--server-side", "--force-conflicts", "-k", "crds");
        assertThat(api.kubectl().apply(CONNECTION).exitCode()).isZero();
        String name = "--set=name=" + api.namespace() + "-release";

        helm("install", "release", "deploy/chart", name);
        assertThat(argumentsOfThePod()).doesNotContain("Named");
        helm("upgrade", "release", "deploy/chart", name, "--set=access=named-secrets");
        assertThat(argumentsOfThePod()).contains("--secret-access=Named");
        helm("rollback", "release");
        assertThat(argumentsOfThePod()).doesNotContain("Named");
        helm("uninstall", "release");

        assertThat(kubectl("get", "deployments,clusterroles", "-o", "name")).doesNotContain("-release");
        assertThat(kubectl("get", "oauthconnections", "-o", "name"))
                .isEqualTo("oauthconnection.oauthconnection.dev/books");
    }

    @Test
    void older_crds_are_upgraded_in_place_and_keep_what_is_stored() {
        assertThat(api.kubectl().apply(CONNECTION).exitCode()).isZero();
        String suspend = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/suspend";
        kubectl(
                "patch",
                "crd/oauthconnections.oauthconnection.dev",
                "--type=json",
                "-p",
                "[{\"op\": \"remove\", \"path\": \"" + suspend + "\"}]");

        kubectl("apply", "--server-side", "--force-conflicts", "-k", "crds");

        assertThat(kubectl("get", "crd/oauthconnections.oauthconnection.dev", "-o", "json"))
                .contains("\"suspend\"");
        assertThat(kubectl("get", "oauthconnections", "-o", "name"))
                .isEqualTo("oauthconnection.oauthconnection.dev/books");
    }

    @Test
    void the_pod_is_admitted_where_only_restricted_ones_are() {
        kubectl("label", "namespace/" + api.namespace(), "pod-security.kubernetes.io/enforce=restricted");
        kubectl("create", "serviceaccount", "oauth-connection-operator");
        JsonNode template = Rendered.of(Kustomize.of(api.kubectl()).build("cluster-wide"))
                .get("Deployment oauthconnection-system/oauth-connection-operator")
                .at("/spec/template");
        ObjectNode pod = template.deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.withObject("/metadata").put("name", "operator");

        Kubectl.Result admitted = api.kubectl().dryRun(pod.toString());
        assertThat(admitted.exitCode()).as(admitted.output()).isZero();

        pod.withObject("/spec/containers/0/securityContext").put("allowPrivilegeEscalation", true);
        assertThat(api.kubectl().dryRun(pod.toString()).output()).contains("violates PodSecurity");
    }

    private String argumentsOfThePod() {
        return kubectl("get", "deployments", "-o", "jsonpath={.items[0].spec.template.spec.containers[0].args}");
    }

    private static String kubectl(String... arguments) {
        Kubectl.Result result = api.kubectl().run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private static void helm(String command, String release, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = command;
        arguments[1] = release;
        arguments[2] = "--namespace=" + api.namespace();
        System.arraycopy(more, 0, arguments, 3, more.length);
        Kubectl.Result result = Helm.with(api.kubeconfig()).run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
