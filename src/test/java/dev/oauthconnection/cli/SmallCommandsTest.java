package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that need no cluster, and what is said about files that are none. */
class SmallCommandsTest {
    @TempDir
    Path folder;

    @Test
    void the_version_can_be_read_by_programs() throws IOException {
        var version =
                new ObjectMapper().readTree(Cli.run("version", "-o", "json").out());
        assertThat(version.path("version").asText()).isNotEmpty();
        assertThat(version.path("apiVersion").asText()).isEqualTo("oauthconnection.dev/v1alpha1");
        assertThat(Cli.run("version").out()).startsWith("oauthconnection ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void the_shell_takes_the_completion_script_and_it_knows_the_commands(String shell) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"), Cli.run("completion", shell).out());
        assertThat(script).content().contains("status", "doctor", "--all-namespaces");
        // Where zsh is not installed, bash reads the part that both share.
        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertThat(bash.waitFor()).isZero();
    }

    @Test
    void each_command_has_its_help_and_no_other_output() {
        assertThat(Main.commandLine().getSubcommands().keySet())
                .contains("status", "connect", "token", "refresh", "revoke", "provider", "doctor", "export", "import")
                .allSatisfy(command -> {
                    Cli ran = Cli.run(command, "--help");
                    assertThat(ran.exitCode()).isZero();
                    assertThat(ran.out()).startsWith("Usage: oauthconnection " + command);
                    assertThat(ran.err()).isEmpty();
                });
    }

    @Test
    void the_help_is_the_same_however_much_of_the_commands_was_read() {
        assertThat(Cli.run("--help").out())
                .isEqualTo(Main.commandLine().getUsageMessage())
                .doesNotContain("rehearse");
        assertThat(Main.commandLine("status")
                        .getSubcommands()
                        .get("doctor")
                        .getCommandSpec()
                        .options())
                .isEmpty();
    }

    @Test
    void words_from_a_file_are_understood() throws IOException {
        Path words = Files.writeString(folder.resolve("words"), "version\n");
        assertThat(Cli.run("@" + words).out()).startsWith("oauthconnection ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status --colour", "token", "provider", "import books", "nothing"})
    void what_is_not_understood_is_one_line_that_names_the_help(String words) {
        Cli ran = Cli.run(words.split(" "));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).singleElement().asString().endsWith("--help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: Opaque, data: {refresh_token: c2VjcmV0LXJ0}}",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {refresh_token: secret-rt}}",
                "{refresh_token: secret-rt}",
                "secret-rt",
                "{{{",
                ""
            })
    void a_file_that_is_no_export_is_named_and_not_quoted(String content) {
        Assertions.assertThatExceptionOfType(Complaint.class)
                .isThrownBy(() ->
                        ExportedFile.read("-", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))))
                .withMessageStartingWith("the file - is not what 'oauthconnection export' writes")
                .matches(complaint ->
                        !String.valueOf(complaint.getMessage()).contains("secret-rt") && complaint.getCause() == null);
    }
}
