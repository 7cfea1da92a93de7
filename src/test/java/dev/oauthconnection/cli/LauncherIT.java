package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.ApiServer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** deploy/cli/oauthconnection with a jar that points at these classes. */
class LauncherIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    @TempDir
    Path folder;

    private Path jar;

    @BeforeEach
    void jar() throws IOException {
        jar = folder.resolve("cli.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    private String run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OAUTHCONNECTION_JAR", jar.toString());
        builder.environment().put("JAVA_HOME_25", System.getProperty("java.home"));
        builder.environment().merge("PATH", folder.toString(), (path, own) -> own + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        return process.waitFor() + " " + output;
    }

    private static String script() {
        return Path.of("deploy/cli/oauthconnection").toAbsolutePath().toString();
    }

    @Test
    void the_script_starts_the_command_line() throws Exception {
        assertThat(run(List.of(script(), "--help"))).startsWith("0 Usage: oauthconnection ");
    }

    @Test
    void a_cache_that_is_none_spoils_nothing() throws Exception {
        Files.writeString(folder.resolve("cli.aot"), "no cache");
        Connected.today("books").ready().createIn(api);
        assertThat(run(List.of(script(), "status", "--kubeconfig=" + api.kubeconfig())))
                .startsWith("0 NAME ");
    }

    @Test
    void kubectl_finds_it_as_a_plugin() throws Exception {
        Files.createSymbolicLink(folder.resolve("kubectl-oauth"), Path.of(script()));
        String kubectl = api.kubectl().program().toString();
        assertThat(run(List.of(kubectl, "oauth", "status", "--help"))).startsWith("0 Usage: kubectl oauth status ");
        Connected.today("books").ready().createIn(api);
        assertThat(run(List.of(kubectl, "oauth", "status", "--kubeconfig=" + api.kubeconfig())))
                .startsWith("0 NAME ")
                .contains("books   Ready");
    }
}
