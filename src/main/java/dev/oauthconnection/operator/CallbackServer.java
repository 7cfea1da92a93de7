package dev.oauthconnection.operator;

import dev.oauthconnection.consent.ConsentEndpoint;
import io.javalin.Javalin;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/** The consent pages on a port, with bounds on what a stranger may cost: size, time and number of connections. */
public final class CallbackServer implements AutoCloseable {
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_CONNECTIONS = 1_000;
    private static final int IDLE_MILLIS = 5_000;

    private final Javalin javalin;

    private CallbackServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /** Starts to listen on all addresses; port 0 for any free one. */
    public static CallbackServer start(int port, ConsentEndpoint endpoint) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_BODY;
            config.jetty.modifyServer(server -> server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server)));
            config.jetty.addConnector((server, http) -> connector(server, http, port));
            endpoint.addTo(config.routes);
        });
        return new CallbackServer(javalin.start());
    }

    private static ServerConnector connector(org.eclipse.jetty.server.Server server, HttpConfiguration http, int port) {
        http.setRequestHeaderSize(MAX_HEADERS);
        http.setIdleTimeout(IDLE_MILLIS);
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
