package dev.oauthconnection.local.http;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/**
 * An HTTP server on one address of this machine, with bounds on everything that a request may take: 64 KiB of body, 16 KiB of headers,
 * 5 s of silence, 200 connections.
 */
public final class LocalServer implements AutoCloseable {
    /** What a request's body may have, in bytes. */
    public static final int MAX_BODY = 64 * 1024;

    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_CONNECTIONS = 200;
    private static final int IDLE_MILLIS = 5_000;

    private final Javalin javalin;

    private LocalServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any free one
     * @throws io.javalin.util.JavalinBindException when the port is taken
     */
    public static LocalServer start(String address, int port, Consumer<RoutesConfig> routes) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_BODY;
            config.jetty.modifyServer(server -> server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server)));
            config.jetty.addConnector((server, http) -> connector(server, http, address, port));
            routes.accept(config.routes);
        });
        return new LocalServer(javalin.start());
    }

    private static ServerConnector connector(
            org.eclipse.jetty.server.Server server, HttpConfiguration http, String address, int port) {
        http.setRequestHeaderSize(MAX_HEADERS);
        http.setIdleTimeout(IDLE_MILLIS);
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(address);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
