package dev.oauthconnection.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.oauthconnection.operator.StatusTable;
import dev.oauthconnection.testing.Kstatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How tools that read conditions see each status that the operator writes. */
class GitToolsTest {
    static List<StatusTable.Entry> entries() {
        return StatusTable.all();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void kstatus_reads_each_status_as_it_is_meant(StatusTable.Entry entry) {
        assertThat(Kstatus.of(entry.object())).isEqualTo(entry.kstatus());
    }

    @Test
    void the_fragment_for_argo_cd_holds_the_script_word_for_word() throws IOException {
        String script = new YAMLMapper()
                .readTree(Path.of("deploy", "gitops", "argocd-cm.yaml").toFile())
                .path("data")
                .path("resource.customizations.health.oauthconnection.dev_OAuthConnection")
                .asText();
        assertThat(script).isEqualTo(Files.readString(Path.of("deploy", "gitops", "argocd-health.lua")));
    }
}
