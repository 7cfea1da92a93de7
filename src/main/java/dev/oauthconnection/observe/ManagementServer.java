package dev.oauthconnection.observe;

import io.javalin.Javalin;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.BooleanSupplier;

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
     * @param ready whether it can do its work; a follower is ready too
     */
    public static ManagementServer start(
            int port, PrometheusMeterRegistry registry, BooleanSupplier live, BooleanSupplier ready) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = 1024L;
            config.routes
                    .get("/livez", request -> request.status(live.getAsBoolean() ? 200 : 503)
                            .result(live.getAsBoolean() ? "ok" : "the watches have failed"))
                    .get("/readyz", request -> request.status(ready.getAsBoolean() ? 200 : 503)
                            .result(ready.getAsBoolean() ? "ok" : "not started, or the watches have failed"))
                    .get("/metrics", request -> request.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(registry.scrape()));
        });
        return new ManagementServer(javalin.start(port));
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
