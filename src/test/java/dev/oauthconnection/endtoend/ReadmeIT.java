package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Helm;
import dev.oauthconnection.testing.RealParts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README, as they stand there, with the jar that was built. {@code .ci/readme} runs those of its first lines. */
class ReadmeIT {
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
    }

    @Test
    void in_a_cluster_a_connection_asks_for_its_consent() throws Exception {
        RealParts.require(jarIsBuilt(), "The jar is not built: mvn verify builds it.");
        List<String> commands = commandsOf("## In a cluster");
        assertThat(commands).hasSize(12);
        for (String installOrApply : commands.subList(0, 3)) {
            assertThat(run(installOrApply)).containsAnyOf("serverside-applied", "created");
        }
        // There is no node here that would run the Deployment's pods.
        start("java -jar " + jar() + " operator --journal " + folder.resolve("journal"));
        await().atMost(Team.PATIENCE)
                .untilAsserted(() -> assertThat(run(commands.get(6))).contains("AwaitingConsent"));
        String url = run(commands.get(7)).strip();
        assertThat(run(commands.get(8))).hasSizeGreaterThan(7);
        assertThat(commands.get(9)).contains(" port-forward ").endsWith(" 5001:80");
        try (HttpClient http = HttpClient.newHttpClient()) {
            var page = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            assertThat(page.body()).contains("name=\"code\"");
        }
        assertThat(run(commands.get(10))).contains("annotated");
        assertThat(run(commands.get(11))).contains("annotated");
    }

    @Test
    void in_a_cluster_helm_installs_as_well() throws Exception {
        List<String> commands = commandsOf("## In a cluster").subList(3, 6);
        String helm = Helm.with(api.kubeconfig()).program().toString();
        String namespace = api.namespace() + "-operator";
        assertThat(run(commands.getFirst()
                        .replace("helm install", helm + " install --set name=" + namespace)
                        .replace("oauthconnection-system", namespace)))
                .contains("STATUS: deployed");
        for (String apply : commands.subList(1, 3)) {
            assertThat(run(apply)).contains("created");
        }
        run(helm + " uninstall oauth-connection-operator --namespace " + namespace);
    }

    @Test
    void a_token_server_for_xero_asks_for_the_client() throws Exception {
        RealParts.require(jarIsBuilt(), "The jar is not built: mvn verify builds it.");
        String command = commandsOf("## A token server").getLast();
        assertThat(command).contains(" local --provider xero");
        start(command + " --port 5191 --redirect http://localhost:5191/code");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest home = HttpRequest.newBuilder(URI.create("http://localhost:5191/"))
                    .header("Accept", "text/html")
                    .build();
            await().atMost(Team.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(
                                    http.send(home, BodyHandlers.ofString()).body())
                            .contains("client_secret"));
        }
    }

    @Test
    void the_help_lists_the_options_that_the_readme_names() throws Exception {
        RealParts.require(jarIsBuilt(), "The jar is not built: mvn verify builds it.");
        String command = commandsOf("## A token server").getLast().replaceFirst("local .*", "local --help");
        assertThat(run(command))
                .contains("-p, --port", "-n, --address", "-r, --redirect", "-o, --scopes", "-m, --refreshmins")
                .contains("--provider", "--folder");
    }

    private static boolean jarIsBuilt() throws IOException {
        return !jar().isEmpty();
    }

    /** The one with local mode; empty where it is not built. */
    private static String jar() throws IOException {
        if (!Files.isDirectory(Path.of("target"))) {
            return "";
        }
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.map(Path::toString)
                    .filter(file -> file.matches(".*/oauth-connection-operator-[^/]*(?<!-operator)\\.jar"))
                    .findFirst()
                    .orElse("");
        }
    }

    /** The lines of the shell blocks between this heading and the next one. */
    private static List<String> commandsOf(String heading) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf(heading);
        int to = readme.indexOf("\n## ", from + 1);
        return SHELL.matcher(readme.substring(from, to))
                .results()
                .flatMap(block -> block.group(1).lines())
                .toList();
    }

    private String run(String command) throws IOException, InterruptedException {
        Process process = shell(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }

    private void start(String command) throws IOException {
        File log = folder.resolve("log").toFile();
        started.add(shell("exec " + command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start());
    }

    private ProcessBuilder shell(String command) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
        String kubectl = String.valueOf(api.kubectl().program().getParent());
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        builder.environment().put("PATH", String.join(":", java, kubectl, System.getenv("PATH")));
        builder.environment().put("KUBECONFIG", api.kubeconfig().toString());
        builder.environment().put("HOME", folder.toString());
        return builder;
    }
}
