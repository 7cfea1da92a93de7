package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.cli.Main;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Kubectl;
import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Grants that move: two installations on one API server stand for two clusters, since neither serves what the other does. */
class MoveIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path folder;

    private Team here;
    private Team there;
    private Installation one;
    private Installation two;
    private PlayedProvider provider;

    @BeforeEach
    void consented() throws IOException {
        here = Team.in(api);
        there = teamIn(api.newNamespace());
        one = Installation.ofOneTest(api);
        two = Installation.another(api);
        Installation.bind(one, two);
        Replica first = one.start("--watch-namespaces=" + here.namespace());
        provider = PlayedProvider.start(here, Duration.ofHours(1), first.port());
        here.apply(provider.appConnection("books", ""));
        here.beginConsent("books");
        here.awaitReady("books");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        provider.close();
    }

    private Team teamIn(String namespace) throws IOException {
        Config config = Serialization.unmarshal(Files.readString(api.kubeconfig()), Config.class);
        config.getContexts().forEach(context -> context.getContext().setNamespace(namespace));
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig-" + namespace), Serialization.asYaml(config));
        return new Team(api.client(), new Kubectl(api.kubectl().program(), kubeconfig), namespace);
    }

    /** How a run of the command line ended. */
    private record Ran(int exitCode, String err) {}

    private Ran run(Path kubeconfig, File out, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "export"));
        command.addAll(Arrays.asList(arguments));
        Path err = Files.createTempFile(folder, "export", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        int exitCode = builder.start().waitFor();
        return new Ran(exitCode, Files.readString(err).strip());
    }

    private Ran export(String... arguments) throws Exception {
        return run(api.kubeconfig(), folder.resolve("out").toFile(), arguments);
    }

    private String takingOver(String connection, String secret) {
        return provider.appConnection(connection, ", existingGrant: {secretRef: {name: " + secret + "}}");
    }

    private List<Secret> grantSecrets(Installation installation) {
        return api.client()
                .secrets()
                .inNamespace(installation.namespace())
                .withLabel("oauthconnection.dev/role", "grant")
                .list()
                .getItems();
    }

    @Test
    void a_grant_moves_without_a_consent_and_the_old_side_never_sends_it_again() throws Exception {
        Path file = folder.resolve("books.yaml");
        Ran ran = export("books", "--namespace=" + here.namespace(), "--output=" + file);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err())
                .contains(
                        "Nothing is sent for it from here any more",
                        "existingGrant: {secretRef: {name: books-existing-grant}}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        here.awaitReason("books", "Stalled", "GrantExported");

        two.start("--watch-namespaces=" + there.namespace());
        provider.applyTo(there);
        there.kubectl("create", "-f", file.toString());
        assertThat(there.kubectl().run("create", "-f", file.toString()).output())
                .contains("AlreadyExists");
        there.apply(takingOver("ledger", "books-existing-grant"));
        there.awaitReady("ledger");
        String first = there.value("ledger", "access_token");
        there.annotate("ledger", "oauthconnection.dev/refresh-requested", "1");
        there.awaitTokenOtherThan(first, "ledger");

        here.annotate("books", "oauthconnection.dev/refresh-requested", "1");
        here.annotate("books", "oauthconnection.dev/revoke-requested", "1");
        one.replicas().getFirst().terminate();
        one.start("--watch-namespaces=" + here.namespace());
        here.kubectl("delete", "oauthconnection/books");
        there.annotate("ledger", "oauthconnection.dev/refresh-requested", "2");
        there.awaitTokenOtherThan(there.value("ledger", "access_token"), "ledger");

        // Each refresh token works once here, so an answer that is no error says that nobody else had it.
        assertThat(provider.granted("refresh_token")).isEqualTo(3);
        assertThat(provider.granted("authorization_code")).isEqualTo(1);
        assertThat(provider.errors()).isEmpty();
        assertThat(one.replicas().getFirst().logged()).contains("GrantExported: the grant was exported by kubeapitest");
    }

    @Test
    void an_export_that_was_never_printed_is_had_again_by_its_id_and_by_nobody_else() throws Exception {
        String in = "--namespace=" + here.namespace();
        Ran cutOff = run(api.kubeconfig(), new File("/dev/full"), "books", in, "--id=move-1", "--output=-");
        assertThat(cutOff.exitCode()).isEqualTo(1);
        assertThat(cutOff.err()).contains("is exported as move-1, and - cannot be written: repeat with --id move-1");
        here.awaitReason("books", "Stalled", "GrantExported");

        Ran other = export("books", in, "--output=-");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("as move-1: repeat with --id move-1");

        Ran again = export("books", in, "--id=move-1", "--output=-");
        assertThat(again.exitCode()).as(again.err()).isZero();
        String printed = Files.readString(folder.resolve("out"));
        Ran oncemore = export("books", in, "--id=move-1", "--output=-");
        assertThat(oncemore.exitCode()).as(oncemore.err()).isZero();
        assertThat(Files.readString(folder.resolve("out"))).isEqualTo(printed);
        Secret secret = Serialization.unmarshal(printed, Secret.class);
        assertThat(secret.getType()).isEqualTo("oauthconnection.dev/grant-export");
        assertThat(secret.getData())
                .containsOnlyKeys("refresh_token", "client_id", "token_endpoint", "issuer", "scope");
        assertThat(provider.granted("refresh_token")).isZero();
    }

    @Test
    void what_is_wrong_is_one_line_and_an_exit_code_and_changes_nothing() throws Exception {
        String in = "--namespace=" + here.namespace();
        Path nobody = kubeconfigOfNobody();
        Path there = Files.writeString(folder.resolve("there"), "mine");

        assertRefused(
                export("nothing", in, "--output=-"),
                "there is no OAuthConnection nothing in namespace " + here.namespace());
        assertRefused(export("books", in, "--output=" + there), "--output " + there + " exists");
        assertRefused(export("books", in, "--output=" + folder + "/no/where"), "cannot be written");
        assertRefused(
                export("books", in, "--grant=grant-1", "--output=-"), "name either a connection or, with --grant");
        assertRefused(export(in, "--output=-"), "name either a connection or, with --grant");
        assertRefused(export("books", in, "--id=a b", "--output=-"), "--id takes up to 63 letters");
        assertRefused(export("books", in), "Missing required option: '--output=FILE'");
        assertRefused(
                export("--grant=grant-1", "--operator-namespace=" + one.namespace(), "--output=-"),
                "there is no grant Secret grant-1 in namespace " + one.namespace());
        assertRefused(
                run(nobody, folder.resolve("out").toFile(), "books", in, "--output=-"),
                "oauthconnections.oauthconnection.dev \"books\" is forbidden: User \"system:serviceaccount:"
                        + here.namespace() + ":nobody\" cannot get resource");
        assertThat(here.grant("books", one.namespace()).export()).isNull();
        assertThat(Files.readString(there)).isEqualTo("mine");
    }

    private static void assertRefused(Ran ran, String says) {
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err().lines()).singleElement().asString().contains(says);
    }

    private Path kubeconfigOfNobody() throws IOException {
        api.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("nobody")
                        .withNamespace(here.namespace())
                        .endMetadata()
                        .build())
                .create();
        String token = api.client()
                .serviceAccounts()
                .inNamespace(here.namespace())
                .withName("nobody")
                .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
                .getStatus()
                .getToken();
        Config config = Serialization.unmarshal(Files.readString(api.kubeconfig()), Config.class);
        config.getUsers()
                .forEach(user ->
                        user.setUser(new AuthInfoBuilder().withToken(token).build()));
        return Files.writeString(folder.resolve("kubeconfig-nobody"), Serialization.asYaml(config));
    }

    @Test
    void a_namespace_that_was_made_again_has_its_grant_back_by_an_export_of_the_one_that_was_retained()
            throws Exception {
        String retained = grantSecrets(one).getFirst().getMetadata().getName();
        makeAgain(here.namespace());
        provider.applyTo(here);
        here.apply(provider.appConnection("books", ""));
        here.awaitReason("books", "Ready", "AwaitingConsent");

        Ran ran = export("books", "--namespace=" + here.namespace(), "--output=-");
        assertRefused(ran, "which you may export with --grant " + retained);
        Path file = folder.resolve("books.yaml");
        ran = export("--grant=" + retained, "--operator-namespace=" + one.namespace(), "--output=" + file);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        here.kubectl("create", "-f", file.toString());
        here.apply(takingOver("books", "books-existing-grant"));

        here.awaitReady("books");
        assertThat(provider.granted("authorization_code")).isEqualTo(1);
        assertThat(provider.granted("refresh_token")).isEqualTo(1);
        assertThat(provider.errors()).isEmpty();
    }

    /** What the controllers of a cluster do when a namespace is deleted; there are none here. */
    private void makeAgain(String name) {
        here.kubectl("delete", "oauthconnections,secrets", "--all");
        Namespace namespace = api.client().namespaces().withName(name).require();
        here.kubectl("delete", "namespace", name, "--wait=false");
        Namespace finalized = new NamespaceBuilder(namespace)
                .editMetadata()
                .withResourceVersion(null)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
        api.client().raw("/api/v1/namespaces/" + name + "/finalize", "PUT", finalized);
        await().atMost(Team.PATIENCE)
                .until(() -> api.client().namespaces().withName(name).get() == null);
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }
}
