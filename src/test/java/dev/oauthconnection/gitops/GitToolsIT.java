package dev.oauthconnection.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.operator.StatusTable;
import dev.oauthconnection.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same by the tools' own programs: the library kstatus, and a Lua that runs the script for Argo CD. */
class GitToolsIT {
    private static final Program GO = Program.of("go", "GO", "install Go, or set GO to the program");
    private static final Program LUA = Program.of("lua", "LUA", "apt-get install lua5.4, or set LUA to the program");
    private static final Path SCRIPT = Path.of("deploy", "gitops", "argocd-health.lua");

    @TempDir
    Path folder;

    @Test
    void the_library_kstatus_reads_each_status_as_it_is_meant() throws IOException {
        List<StatusTable.Entry> entries = StatusTable.all();
        Path objects = Files.write(
                folder.resolve("objects"),
                entries.stream().map(entry -> entry.object().toString()).toList());
        Program.Result result = GO.runIn(Path.of("src", "test", "go", "kstatus"), "run", ".", objects.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(named(entries, result.output().lines().toList()))
                .isEqualTo(named(
                        entries,
                        entries.stream().map(entry -> entry.kstatus().name()).toList()));
    }

    @Test
    void argo_cd_shows_each_status_as_it_is_meant() throws IOException {
        List<StatusTable.Entry> entries = StatusTable.all().stream()
                .filter(entry -> !entry.argo().isEmpty())
                .toList();
        StringBuilder program = new StringBuilder();
        for (StatusTable.Entry entry : entries) {
            program.append("obj = ").append(lua(entry.object())).append('\n');
            program.append("health = dofile(\"%s\")\n".formatted(SCRIPT.toAbsolutePath()));
            program.append("assert(type(health.message) == \"string\")\nprint(health.status)\n");
        }
        Path file = Files.writeString(folder.resolve("argo.lua"), program.toString());
        Program.Result result = LUA.run(file.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(named(entries, result.output().lines().toList()))
                .isEqualTo(named(
                        entries, entries.stream().map(StatusTable.Entry::argo).toList()));
    }

    private static List<String> named(List<StatusTable.Entry> entries, List<String> values) {
        assertThat(values).hasSameSizeAs(entries);
        List<String> named = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            named.add(entries.get(i) + " -> " + values.get(i));
        }
        return named;
    }

    /** A value as Lua writes it; null is absent, as for Argo CD. */
    private static String lua(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .filter(field -> !field.getValue().isNull())
                    .map(field -> "[\"" + field.getKey() + "\"] = " + lua(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return value.valueStream().map(GitToolsIT::lua).collect(Collectors.joining(", ", "{", "}"));
        }
        return value.toString();
    }
}
