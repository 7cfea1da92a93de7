package dev.oauthconnection.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.local.http.Http;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private final AtomicBoolean live = new AtomicBoolean(true);
    private final AtomicReference<Optional<String>> unready = new AtomicReference<>(Optional.empty());
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ManagementServer server = ManagementServer.start(0, registry, live::get, unready::get);

    @AfterEach
    void stop() {
        server.close();
    }

    private Http.Answer get(String path) {
        return Http.to("http://127.0.0.1:" + server.port() + path).get();
    }

    @Test
    void a_process_that_works_is_live_and_ready() {
        assertThat(get("/livez").status()).isEqualTo(200);
        assertThat(get("/readyz").status()).isEqualTo(200);
        assertThat(get("/readyz").body()).isEqualTo("ok");
    }

    @Test
    void a_process_whose_watches_have_failed_is_to_be_restarted() {
        live.set(false);
        assertThat(get("/livez").status()).isEqualTo(503);
        assertThat(get("/livez").body()).isEqualTo("the watches have failed");
    }

    @Test
    void a_process_that_has_not_started_is_live_and_not_ready() {
        unready.set(Optional.of("the CRDs are missing"));
        assertThat(get("/livez").status()).isEqualTo(200);
        assertThat(get("/readyz").status()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("the CRDs are missing");
    }

    @Test
    void metrics_are_served_in_the_text_format() {
        new Meters(registry).delivered();
        assertThat(get("/metrics").header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(get("/metrics").body()).contains("oauthconnection_deliveries_total 1.0");
    }
}
