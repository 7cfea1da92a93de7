package dev.oauthconnection.observe;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the platform asks the process: /livez, /readyz, /metrics. Plain text, no secret. */
public final class ManagementServer implements AutoCloseable {
    private final Javalin javalin;

    private ManagementServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any free one
     * @param live whether the process is worth keeping
     * @param unready why it cannot do its work, and what to do; empty when it can, as a follower too
     */
    public static ManagementServer start(
            int port, PrometheusMeterRegistry registry, BooleanSupplier live, Supplier<Optional<String>> unready) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = 1024L;
            config.routes
                    .get(
                            "/livez",
                            request -> answer(
                                    request,
                                    live.getAsBoolean() ? Optional.empty() : Optional.of("the watches have failed")))
                    .get("/readyz", request -> answer(request, unready.get()))
                    .get("/metrics", request -> request.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(registry.scrape()));
        });
        return new ManagementServer(javalin.start(port));
    }

    private static void answer(Context request, Optional<String> trouble) {
        if (trouble.isEmpty()) {
            request.result("ok");
        } else {
            request.status(503).result(trouble.get());
        }
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
