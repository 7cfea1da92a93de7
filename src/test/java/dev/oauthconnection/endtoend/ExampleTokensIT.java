package dev.oauthconnection.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.playground.PlaygroundClient;
import dev.oauthconnection.testing.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Examples, with their placeholders filled in, bring the token that they promise. */
class ExampleTokensIT {
    @RegisterExtension
    static final ApiServer api = new ApiServer();

    private static final Duration LIFETIME = Duration.ofSeconds(8);

    @Test
    void examples_become_tokens_that_are_kept_fresh() throws IOException {
        Team team = Team.in(api);
        try (Installation installation = Installation.ofOneTest(api)) {
            Replica replica = installation.start("--watch-namespaces=" + team.namespace());
            try (PlayedProvider provider = PlayedProvider.start(team, LIFETIME, replica.port())) {
                String issuer = provider.playground().issuer();
                team.apply(example("client-credentials.yaml", PlaygroundClient.SERVICE)
                        .replace("https://auth.example.com/oauth/token", issuer + "/token")
                        .replace("stock.read", "reports.read"));
                team.apply(example("oidc-provider.yaml", PlaygroundClient.APP)
                        .replace("https://login.example.com/realms/company", issuer)
                        .replace("reports.read", "invoices.read"));

                String stock = team.awaitToken("stock");
                assertThat(team.beginConsent("reports").page()).contains("has its grant");
                team.awaitReady("reports");
                String reports = team.value("reports-token", "token");

                assertThat(team.value("reports-token", "config.json")).contains("\"token\": \"" + reports + "\"");
                team.awaitTokenOtherThan(stock, "stock");
                assertThat(provider.errors()).isEmpty();
            }
        }
    }

    private static String example(String file, String client) throws IOException {
        return Files.readString(Path.of("examples", file))
                .replace("REPLACE-WITH-THE-CLIENT-ID", client)
                .replace("REPLACE-WITH-THE-CLIENT-SECRET", PlaygroundClient.SECRET);
    }
}
