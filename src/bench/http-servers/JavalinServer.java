import io.javalin.Javalin;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** One page and one form on Javalin (Jetty), with the limits that the product sets. */
public final class JavalinServer {
    private JavalinServer() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.concurrency.useVirtualThreads = true;
                    config.http.maxRequestSize = 64 * 1024L;
                    config.jetty.addConnector((server, http) -> connector(server, http, port));
                    config.routes.get("/ok", exchange -> exchange.result("ok"));
                    config.routes.post("/form", exchange -> exchange.result("" + exchange.formParam("a")));
                })
                .start();
    }

    private static ServerConnector connector(Server server, HttpConfiguration http, int port) {
        http.setIdleTimeout(5_000);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setIdleTimeout(5_000);
        return connector;
    }
}
