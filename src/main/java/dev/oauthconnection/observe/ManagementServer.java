package dev.oauthconnection.observe;

import io.javalin.Javalin;
import io.javalin.http.Context;
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
                    .get("/livez", request -> answer(request, live, "the watches have failed"))
                    .get("/readyz", request -> answer(request, ready, "not started, or the watches have failed"))
                    .get("/metrics", request -> request.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(registry.scrape()));
        });
        return new ManagementServer(javalin.start(port));
    }

    private static void answer(Context request, BooleanSupplier good, String otherwise) {
        if (good.getAsBoolean()) {
            request.result("ok");
        } else {
            request.status(503).result(otherwise);
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
