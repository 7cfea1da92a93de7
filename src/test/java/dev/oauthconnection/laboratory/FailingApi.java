package dev.oauthconnection.laboratory;

import dev.oauthconnection.testing.Authority;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.Random;
import java.util.Set;

/**
 * An API server in front of the API server, which passes on what it is sent and answers one request of {@value #SHARE} with an error
 * instead, watches apart. Where a real one may have carried the request out all the same, it has, half of the times.
 */
final class FailingApi implements AutoCloseable {
    /** How it answers. */
    enum Answer {
        /** A write is refused since somebody else wrote; half of the times it was the same one, sent before. */
        Conflict(409, "Conflict", "Operation cannot be fulfilled: the object has been modified", true),
        /** It has too much to do. */
        TooManyRequests(429, "TooManyRequests", "too many requests, please try again later", false),
        /** Its etcd did not answer in time. */
        ServerError(500, "InternalError", "etcdserver: request timed out", true),
        /** Never. */
        Silence(0, "", "", true);

        private final int code;
        private final String reason;
        private final String message;
        private final boolean mayHaveDone;

        Answer(int code, String reason, String message, boolean mayHaveDone) {
            this.code = code;
            this.reason = reason;
            this.message = message;
            this.mayHaveDone = mayHaveDone;
        }

        private ProxyResponse to(ProxyResponse response) {
            response.headers().clear();
            if (this == TooManyRequests) {
                response.putHeader("Retry-After", "1");
            }
            return response.setStatusCode(code)
                    .putHeader("Content-Type", "application/json")
                    .setBody(Body.body(Buffer.buffer("""
                            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
                            "message":"%s","reason":"%s","code":%d}""".formatted(message, reason, code))));
        }
    }

    static final int SHARE = 4;
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /**
     * @param target port of the API server on loopback
     * @param authority who vouches for this one
     */
    FailingApi(int target, Authority authority, Answer answer, Random random) {
        Authority.ServerIdentity identity = authority.identity("127.0.0.1");
        HttpProxy proxy = HttpProxy.reverseProxy(vertx.createHttpClient(new HttpClientOptions()
                        .setSsl(true)
                        .setTrustAll(true)
                        .setVerifyHost(false)
                        .setMaxPoolSize(500)))
                .origin(target, "127.0.0.1")
                .addInterceptor(failing(answer, random));
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addKeyValue(Buffer.buffer(identity.key()))
                                .addCertValue(Buffer.buffer(identity.certificate()))))
                .requestHandler(proxy);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return server.actualPort();
    }

    private static ProxyInterceptor failing(Answer answer, Random random) {
        return new ProxyInterceptor() {
            @Override
            public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
                ProxyRequest request = context.request();
                if (isWatch(request) || !isMeant(request, answer) || random.nextInt(SHARE) > 0) {
                    return context.sendRequest();
                }
                if (answer.mayHaveDone && random.nextBoolean()) {
                    return context.sendRequest().compose(done -> instead(answer, done.release()));
                }
                return instead(answer, request.release().response());
            }
        };
    }

    private static Future<ProxyResponse> instead(Answer answer, ProxyResponse response) {
        // Whoever waits gives up, and ends the connection.
        return answer == Answer.Silence
                ? Promise.<ProxyResponse>promise().future()
                : Future.succeededFuture(answer.to(response));
    }

    private static boolean isMeant(ProxyRequest request, Answer answer) {
        return answer != Answer.Conflict || !READS.contains(request.getMethod());
    }

    private static boolean isWatch(ProxyRequest request) {
        return request.getURI().contains("watch=true") || request.headers().contains("Upgrade");
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
