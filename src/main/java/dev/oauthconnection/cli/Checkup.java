package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.cli.Finding.Level;
import dev.oauthconnection.network.AddressRules;
import dev.oauthconnection.network.ProviderNetwork;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Reachability;
import dev.oauthconnection.operator.CrdCheck;
import dev.oauthconnection.operator.KubernetesCaBundles;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checks of {@code doctor}, in the order in which one depends on the other. */
final class Checkup {
    private static final String USUAL_NAMESPACE = "oauthconnection-system";
    private static final Duration CALL = Duration.ofSeconds(10);

    private final ClusterSession session;
    private final InstantSource clock;
    private final boolean loopbackHttp;
    private final List<Finding> findings = new ArrayList<>();

    private Checkup(ClusterSession session, InstantSource clock, boolean loopbackHttp) {
        this.session = session;
        this.clock = clock;
        this.loopbackHttp = loopbackHttp;
    }

    static int run(
            ClusterOptions cluster,
            @Nullable String namespace,
            @Nullable String operatorNamespace,
            boolean loopbackHttp,
            DoctorCommand.Output output,
            Console console,
            InstantSource clock) {
        return ClusterSession.within(cluster, namespace, session -> {
            List<Finding> findings = new Checkup(session, clock, loopbackHttp).examine(operatorNamespace);
            console.print(
                    switch (output) {
                        case table -> Finding.text(findings, console);
                        case json -> Serialization.asJson(Finding.document(findings)) + "\n";
                        case yaml -> Serialization.asYaml(Finding.document(findings));
                    });
            return Finding.exitCode(findings);
        });
    }

    private List<Finding> examine(@Nullable String operatorNamespace) {
        findings.add(Finding.ok(
                "API server",
                "Kubernetes " + session.client().getKubernetesVersion().getGitVersion() + " at "
                        + session.client().getMasterUrl()));
        check("CRDs", this::crds);
        check("rights", this::rights);
        List<OAuthConnection> connections = connections();
        String operator = operatorNamespace == null ? servedBy(connections) : operatorNamespace;
        check(
                "operator",
                () -> OperatorLease.judge(
                        session.client()
                                .leases()
                                .inNamespace(operator)
                                .withName(Names.MANAGER)
                                .get(),
                        operator,
                        clock.instant()));
        check("consent pages", () -> consentPages(connections, operator));
        check("connections", () -> connections(connections));
        new TreeSet<>(connections.stream()
                        .map(c -> c.getSpec().provider().name())
                        .toList())
                .forEach(this::provider);
        check(
                "encryption at rest",
                () -> EncryptionAtRest.judge(session.client().raw("/metrics")));
        return findings;
    }

    /** What may not be looked at is a finding as well. */
    private void check(String name, Supplier<Finding> look) {
        try {
            findings.add(look.get());
        } catch (KubernetesClientException e) {
            boolean forbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
            findings.add(new Finding(
                    name,
                    Level.Unknown,
                    forbidden ? "you may not look" : "the API server answered with HTTP " + e.getCode(),
                    name.equals("encryption at rest")
                            ? EncryptionAtRest.HOW_TO_LOOK
                            : forbidden ? "Have an admin run it." : "Run it again."));
        }
    }

    private Finding crds() {
        CrdCheck.Comparison comparison = new CrdCheck(session.client()).compare();
        return comparison
                .problem()
                .map(problem -> new Finding(
                        "CRDs",
                        Level.Failed,
                        problem,
                        "An admin applies the CRDs of this release; then start the operator."))
                .orElseGet(() -> comparison.unknown().isEmpty()
                        ? Finding.ok("CRDs", "as this command knows them")
                        : new Finding(
                                "CRDs",
                                Level.Warning,
                                "newer than this command: " + String.join(", ", comparison.unknown()),
                                "Use the command of the operator's release."));
    }

    private Finding rights() {
        List<String> missing = new ArrayList<>();
        lacks("list", Names.GROUP, "oauthconnections", "status", missing);
        lacks("patch", Names.GROUP, "oauthconnections", "refresh, revoke", missing);
        lacks("get", "", "secrets", "token, connect", missing);
        return missing.isEmpty()
                ? Finding.ok("rights", "yours suffice in namespace " + session.namespace())
                : new Finding(
                        "rights",
                        Level.Warning,
                        "in namespace " + session.namespace() + " you may not " + String.join("; not ", missing),
                        "For those commands have an admin bind you the ClusterRole edit there: docs/rbac.md.");
    }

    private void lacks(String verb, String group, String resource, String commands, List<String> missing) {
        boolean allowed = session.client()
                .authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(session.namespace())
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(resource)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
        if (!allowed) {
            missing.add(verb + " " + resource + " (" + commands + ")");
        }
    }

    private List<OAuthConnection> connections() {
        try {
            return session.client()
                    .resources(OAuthConnection.class)
                    .inNamespace(session.namespace())
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            // Said by the checks of CRDs and rights.
            return List.of();
        }
    }

    private static String servedBy(List<OAuthConnection> connections) {
        return connections.stream()
                .map(OAuthConnection::getStatus)
                .filter(Objects::nonNull)
                .map(OAuthConnectionStatus::servedBy)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(USUAL_NAMESPACE);
    }

    private Finding connections(List<OAuthConnection> connections) {
        long unwell = connections.stream()
                .map(c -> ConnectionHealth.of(c, null, clock.instant()))
                .filter(health -> health.state().needsPerson())
                .count();
        return unwell == 0
                ? Finding.ok(
                        "connections",
                        connections.size() + " in namespace " + session.namespace() + ", none needs a person")
                : new Finding(
                        "connections",
                        Level.Failed,
                        unwell + " of " + connections.size() + " need a person",
                        "oauthconnection status --namespace " + session.namespace() + " says why.");
    }

    /** The redirect URI is beside the consent pages: who reaches these gets back from the provider. */
    private Finding consentPages(List<OAuthConnection> connections, String operator) {
        Optional<URI> known = ConsentPages.of(connections).or(() -> configured(operator));
        if (known.isEmpty()) {
            return new Finding(
                    "consent pages",
                    Level.Unknown,
                    "nobody has been asked for consent, and there is no Deployment that says where",
                    "Look at --public-url, or PUBLIC_URL, of the operator.");
        }
        URI url = known.get();
        Reachability reachability = new Reachability(
                new ProviderNetwork(OperatorOptions.proxied(System.getenv()), AddressRules.ANYWHERE), CALL, clock);
        return ConsentPages.judge(url, reachability.ask(URI.create(url + "/connect/x/x"), Trust.SYSTEM));
    }

    private Optional<URI> configured(String operator) {
        Deployment deployment = session.client()
                .apps()
                .deployments()
                .inNamespace(operator)
                .withName(Names.MANAGER)
                .get();
        return Optional.ofNullable(deployment)
                .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream()
                        .map(Container::getEnv)
                        .flatMap(List::stream)
                        .filter(env -> env.getName().equals("PUBLIC_URL"))
                        .map(EnvVar::getValue)
                        .filter(Objects::nonNull)
                        .findFirst())
                .flatMap(ConsentPages::parse);
    }

    private void provider(String name) {
        try {
            List<Finding> of = new ProviderChecks(
                            AppliedProviders.readable(session.client()),
                            new KubernetesCaBundles(session.client(), clock),
                            loopbackHttp,
                            clock)
                    .of(name);
            of.forEach(finding -> findings.add(new Finding(
                    "provider " + name + ", " + finding.check(), finding.level(), finding.found(), finding.action())));
        } catch (Complaint notThere) {
            findings.add(new Finding(
                    "provider " + name,
                    Level.Failed,
                    String.valueOf(notThere.getMessage()),
                    "Apply a ClusterOAuthProvider of that name, or correct spec.provider.name."));
        }
    }
}
