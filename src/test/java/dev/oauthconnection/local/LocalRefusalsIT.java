package dev.oauthconnection.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be started ends with exit code 2 and one line that says what to do. */
class LocalRefusalsIT {
    @RegisterExtension
    final LocalRig rig = new LocalRig();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--address 0.0.0.0 | --serve-tokens-to-the-network",
                "--address nowhere.invalid | is not an address of this machine",
                "--redirect code | write it whole",
                "--redirect ftp://localhost/code | write it whole",
                "--redirect http://localhost:5001/token | give it one of its own",
                "--redirect http://localhost:5001 | give it one of its own",
                "--redirect http://a{b/code | --redirect",
                "--refreshmins 0 | from 1 to",
                "--refreshmins soon | --refreshmins",
                "--approve | --playground only",
                "--port 70000 | from 1 to",
                "--bogus | --bogus",
                "--playground --provider xero | leave out --provider",
                "--manifests /nowhere | is not a folder",
            })
    void an_option_that_cannot_be_is_refused(String options, String saying) {
        assertRefused(rig.launchAs(with(options.strip().split(" "))), saying);
    }

    @Test
    void a_provider_that_nobody_knows_is_refused_before_anything_is_asked_for() {
        assertRefused(rig.launch("--provider", "nosuch"), "there is no provider 'nosuch'", "google", "--manifests");
    }

    @Test
    void a_manifest_of_a_kind_that_local_mode_lacks_is_refused() throws IOException {
        Path manifests = rig.manifest("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec: {}
                """);
        assertRefused(
                rig.launch("--manifests", manifests.toString()), "local mode knows no kind Deployment of apps/v1");
    }

    @Test
    void a_second_process_on_the_folder_is_refused() {
        rig.start("--playground");
        LocalProcess second =
                rig.launchAs(List.of("--folder", rig.folder().toString(), "--port", "" + LocalRig.freePair()));
        assertRefused(second, "another process uses " + rig.folder());
    }

    @Test
    void a_port_that_is_taken_is_refused() throws IOException {
        try (ServerSocket taken = new ServerSocket(rig.port(), 1, InetAddress.getLoopbackAddress())) {
            assertRefused(rig.launch(), "port " + taken.getLocalPort(), "--port");
        }
    }

    @Test
    void a_port_beside_it_that_is_taken_is_refused_for_the_playground() throws IOException {
        try (ServerSocket taken = new ServerSocket(rig.port() + 1, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(rig.launch("--playground"), "port " + taken.getLocalPort(), "--port");
        }
    }

    @Test
    void a_folder_that_is_a_file_is_refused() throws IOException {
        Files.writeString(rig.folder(), "");
        assertRefused(rig.launch(), rig.folder().toString(), "--folder");
    }

    @Test
    void a_manifest_that_is_no_yaml_is_refused() throws IOException {
        Path manifests = rig.manifest("client_secret: [playground-secret\n  - : b");
        assertRefused(rig.launch("--manifests", manifests.toString()), "manifest.yaml cannot be applied", "line 1");
    }

    @Test
    void a_manifest_of_an_unknown_kind_is_refused() throws IOException {
        Path manifests = rig.manifest("apiVersion: example.com/v1\nkind: Teapot\nmetadata: {name: pot}\n");
        assertRefused(rig.launch("--manifests", manifests.toString()), "no kind Teapot of example.com/v1");
    }

    @Test
    void other_scopes_than_the_playgrounds_grant_are_refused() throws Exception {
        LocalProcess first = rig.start("--playground", "--approve");
        rig.awaitToken();
        first.terminate();
        assertRefused(rig.launch("--playground", "--scopes", "openid,offline_access"), "consent again");
        rig.start("--playground");
        rig.awaitToken();
    }

    private List<String> with(String... options) {
        List<String> all =
                new java.util.ArrayList<>(List.of("--folder", rig.folder().toString()));
        if (!List.of(options).contains("--port")) {
            all.addAll(List.of("--port", "" + rig.port()));
        }
        all.addAll(List.of(options));
        return all;
    }

    private static void assertRefused(LocalProcess process, String... saying) {
        assertThat(process.exitCode()).as("the exit code after: %s", process).isEqualTo(2);
        assertThat(process.err().strip().lines()).singleElement().asString().contains(saying);
        assertThat(process.out()).isEmpty();
    }
}
