package dev.oauthconnection.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Helm;
import dev.oauthconnection.testing.Kubectl;
import dev.oauthconnection.testing.Kustomize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The Helm chart says the same as kustomize, and refuses what makes no sense. */
class ChartIT {
    private static final String NAMESPACE = "oauthconnection-system";
    private static final String DEPLOYMENT = "Deployment " + NAMESPACE + "/oauth-connection-operator";

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    static Stream<Arguments> the_same_installation_twice() {
        return Stream.of(
                same("cluster-wide", List.of("cluster-wide")),
                same("named-secrets", List.of("named-secrets")),
                same("listed-namespaces", List.of("listed-namespaces"), "namespaces={finance,sales}"),
                same("cluster-wide", List.of("cluster-wide", "metrics"), "metrics.enabled=true"),
                same(
                        "cluster-wide",
                        List.of("cluster-wide", "metrics", "service-monitor"),
                        "metrics.enabled=true",
                        "serviceMonitor.enabled=true"),
                same("cluster-wide", List.of("cluster-wide", "network-policy"), "networkPolicy.enabled=true"),
                same("cluster-wide", List.of("cluster-wide", "eager-propagation"), "eagerPropagation.enabled=true"),
                same("cluster-wide", List.of("cluster-wide", "without-keeper"), "keeper.enabled=false"));
    }

    private static Arguments same(String access, List<String> components, String... values) {
        List<String> settings = new ArrayList<>(List.of(values));
        settings.add("access=" + access);
        return Arguments.of(components, settings);
    }

    @ParameterizedTest
    @MethodSource
    void the_same_installation_twice(List<String> components, List<String> values) {
        // Helm makes the namespace of a release before it renders anything.
        Rendered kustomize = Rendered.of(Kustomize.of(api.kubectl()).build(components.toArray(String[]::new)))
                .without(key -> key.startsWith("Namespace "));
        Rendered helm = rendered(values.toArray(String[]::new)).withoutLabelsOfHelm();
        assertThat(helm.objects().keySet()).isEqualTo(kustomize.objects().keySet());
        helm.objects().forEach((key, object) -> assertThat(object).as(key).isEqualTo(kustomize.get(key)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            acess=cluster-wide             | additional properties 'acess' not allowed
            metrics.on=true                | additional properties 'on' not allowed
            access=everything              | value must be one of 'cluster-wide', 'listed-namespaces', 'named-secrets'
            access=listed-namespaces       | access is listed-namespaces, and namespaces is empty: list the namespaces to serve
            namespaces={finance}           | namespaces is set, and access is cluster-wide, which serves all of them
            namespaces={Finance}           | at '/namespaces/0': 'Finance' does not match pattern
            namespaces=finance             | at '/namespaces': got string, want array
            replicas=0                     | at '/replicas': minimum: got 0, want 1
            replicas=two                   | at '/replicas': got string, want integer
            publicUrl=http://example.com   | at '/publicUrl': 'http://example.com' does not match pattern
            publicUrl=https://a.b/c?d      | at '/publicUrl': 'https://a.b/c?d' does not match pattern
            image.repository=              | at '/image/repository': minLength: got 0, want 1
            image.repository=a:1           | at '/image/repository': 'a:1' does not match pattern
            image.pullPolicy=Sometimes     | at '/image/pullPolicy': value must be one of
            ingress.enabled=true           | set publicUrl to https:// and the host that people open
            serviceMonitor.enabled=true    | set metrics.enabled to true too
            networkPolicy.egressPorts={0}  | at '/networkPolicy/egressPorts/0': minimum: got 0, want 1
            extraArgs={port=1}             | at '/extraArgs/0': 'port=1' does not match pattern '^--'
            keeper.on=true                 | additional properties 'on' not allowed
            name=Xero                      | at '/name': 'Xero' does not match pattern
            """)
    void a_value_that_makes_no_sense_is_refused_where_it_is_read(String value, String message) {
        Kubectl.Result refused = template(value);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains(message);
    }

    @Test
    void an_ingress_leads_the_host_and_path_of_the_public_url_to_the_service() {
        JsonNode ingress = rendered(
                        "ingress.enabled=true",
                        "ingress.className=nginx",
                        "ingress.tlsSecretName=oauth-tls",
                        "publicUrl=https://oauth.example.com:8443/connect")
                .get("Ingress " + NAMESPACE + "/oauth-connection-operator");
        assertThat(ingress.at("/spec/ingressClassName").asText()).isEqualTo("nginx");
        assertThat(ingress.at("/spec/tls/0/hosts/0").asText()).isEqualTo("oauth.example.com");
        assertThat(ingress.at("/spec/tls/0/secretName").asText()).isEqualTo("oauth-tls");
        assertThat(ingress.at("/spec/rules/0/host").asText()).isEqualTo("oauth.example.com");
        assertThat(ingress.at("/spec/rules/0/http/paths/0/path").asText()).isEqualTo("/connect");
        assertAccepted(List.of(
                "ingress.enabled=true",
                "ingress.className=nginx",
                "ingress.tlsSecretName=oauth-tls",
                "publicUrl=https://oauth.example.com:8443/connect"));
    }

    @Test
    void options_environment_and_placement_reach_the_pod() {
        JsonNode pod = rendered(
                        "extraArgs={--selector=tier=gold}",
                        "extraEnv[0].name=HTTPS_PROXY",
                        "extraEnv[0].value=http://proxy:3128",
                        "priorityClassName=system-cluster-critical",
                        "nodeSelector.disk=fast",
                        "tolerations[0].operator=Exists",
                        "imagePullSecrets[0].name=registry",
                        "image.tag=v1",
                        "image.pullPolicy=Always")
                .get(DEPLOYMENT)
                .at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("args")).last().hasToString("\"--selector=tier=gold\"");
        assertThat(container.path("env"))
                .last()
                .hasToString("{\"name\":\"HTTPS_PROXY\",\"value\":\"http://proxy:3128\"}");
        assertThat(container.path("image").asText()).isEqualTo("oauth-connection-operator:v1");
        assertThat(container.path("imagePullPolicy").asText()).isEqualTo("Always");
        JsonNode keeper = pod.at("/initContainers/0");
        assertThat(keeper.path("env")).last().hasToString("{\"name\":\"HTTPS_PROXY\",\"value\":\"http://proxy:3128\"}");
        assertThat(keeper.path("image").asText()).isEqualTo("oauth-connection-operator:v1");
        assertThat(keeper.path("imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(pod.path("priorityClassName").asText()).isEqualTo("system-cluster-critical");
        assertThat(pod.at("/nodeSelector/disk").asText()).isEqualTo("fast");
        assertThat(pod.at("/tolerations/0/operator").asText()).isEqualTo("Exists");
        assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("registry");
    }

    @Test
    void a_second_installation_has_cluster_wide_names_of_its_own() {
        Rendered first = rendered();
        Rendered second = rendered("name=oauth-connections-of-sales");
        assertThat(second.objects())
                .isNotEmpty()
                .doesNotContainKeys(first.objects().keySet().toArray(String[]::new));
        assertThat(second.get("Role " + NAMESPACE + "/oauth-connections-of-sales")
                        .toString())
                .as("the Lease has one name in every namespace")
                .contains("\"resourceNames\":[\"oauth-connection-operator\"]");
    }

    @Test
    void the_chart_and_the_base_are_of_the_version_that_is_built() throws Exception {
        String version = Files.readString(Path.of("pom.xml")).replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
        assertThat(Files.readString(Path.of("deploy/chart/Chart.yaml"))).contains("\nappVersion: " + version + "\n");
        assertThat(Files.readString(Path.of("deploy/base/deployment.yaml")))
                .contains("image: oauth-connection-operator:" + version + "\n");
    }

    @ParameterizedTest
    @CsvSource({"cluster-wide", "named-secrets"})
    void the_api_server_accepts_every_object(String access) {
        assertAccepted(List.of("access=" + access, "metrics.enabled=true", "networkPolicy.enabled=true"));
    }

    @Test
    void the_api_server_accepts_the_objects_of_listed_namespaces() {
        assertAccepted(List.of("access=listed-namespaces", "namespaces={" + api.namespace() + "}"));
    }

    /** With strict validation: an unknown or duplicate field is an error. */
    private static void assertAccepted(List<String> values) {
        String manifests = template(values.toArray(String[]::new)).output().replace(NAMESPACE, api.namespace());
        Kubectl.Result applied = api.kubectl().dryRun(manifests);
        assertThat(applied.exitCode()).as(applied.output()).isZero();
        assertThat(applied.output().lines())
                .hasSameSizeAs(Rendered.of(manifests).objects().keySet());
    }

    private static Rendered rendered(String... values) {
        Kubectl.Result result = template(values);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return Rendered.of(result.output());
    }

    private static Kubectl.Result template(String... values) {
        List<String> arguments =
                new ArrayList<>(List.of("template", "operator", "deploy/chart", "--namespace=" + NAMESPACE));
        for (String value : values) {
            arguments.addAll(List.of("--set", value));
        }
        return Helm.with(api.kubeconfig()).run(arguments.toArray(String[]::new));
    }
}
