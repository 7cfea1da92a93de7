package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus itself reads alerts and dashboard. */
class PromtoolIT {
    private static final Program PROMTOOL = Program.of("promtool", "PROMTOOL", "export PROMTOOL=$(.ci/promtool)");

    @Test
    void each_alert_fires_when_it_should_and_is_silent_when_it_should() {
        Program.Result result = PROMTOOL.run(
                "test", "rules", Monitoring.FOLDER.resolve("rules-test.yaml").toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void the_rules_are_valid() {
        Program.Result result = PROMTOOL.run("check", "rules", Monitoring.RULES.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void each_expression_of_the_dashboard_is_valid(@TempDir Path folder) throws IOException {
        List<String> expressions = Monitoring.dashboardExpressions();
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        for (int i = 0; i < expressions.size(); i++) {
            rules.append("  - record: panel:%d\n    expr: '%s'\n".formatted(i, expressions.get(i)));
        }
        Path file = Files.writeString(folder.resolve("dashboard.yaml"), rules.toString());
        Program.Result result = PROMTOOL.run("check", "rules", file.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains(expressions.size() + " rules found");
    }
}
