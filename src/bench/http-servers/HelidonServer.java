import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;

/** The same on Helidon SE, with every limit that its configuration offers for slow and large requests. */
public final class HelidonServer {
    private HelidonServer() {}

    public static void main(String[] arguments) {
        WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .maxPayloadSize(64 * 1024L)
                .idleConnectionTimeout(Duration.ofSeconds(5))
                .idleConnectionPeriod(Duration.ofSeconds(1))
                .connectionOptions(options -> options.readTimeout(Duration.ofSeconds(5)))
                .addProtocol(Http1Config.builder().maxHeadersSize(8_192).build())
                .routing(routes -> routes.get("/ok", (request, response) -> response.send("ok"))
                        .post(
                                "/form",
                                (request, response) -> response.send(request.content()
                                        .as(Parameters.class)
                                        .first("a")
                                        .orElse(""))))
                .build()
                .start();
    }
}
