package dev.oauthconnection.local.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.FormBody;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Requests as a test writes them: no redirect is followed, and every header is the test's own. */
public final class Http {
    private static final OkHttpClient CLIENT = new OkHttpClient.Builder()
            .followRedirects(false)
            .retryOnConnectionFailure(false)
            // A server that was started again on the same port must not be met on a connection of before.
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            // What waits for the operator, a refresh above all, may answer after half a minute.
            .readTimeout(1, TimeUnit.MINUTES)
            .build();

    private final Request.Builder request;

    private Http(String url) {
        this.request = new Request.Builder().url(url);
    }

    /** A whole answer. */
    public record Answer(int status, Headers headers, String body) {
        public String header(String name) {
            String value = headers.get(name);
            if (value == null) {
                throw new AssertionError("the answer has no header " + name);
            }
            return value;
        }

        /** A parameter of the Location header's query; null when it is not there. */
        public @Nullable String sentTo(String parameter) {
            return HttpUrl.get(header("Location")).queryParameter(parameter);
        }

        /** The name and value of the cookie that was set. */
        public String cookie() {
            return header("Set-Cookie").split(";", 2)[0];
        }
    }

    public static Http to(String url) {
        return new Http(url);
    }

    public Http with(String header, String value) {
        request.header(header, value);
        return this;
    }

    public Answer get() {
        return send(request.get().build());
    }

    /** The question before a request of another site. */
    public Answer options() {
        return send(request.method("OPTIONS", null).build());
    }

    public Answer post(RequestBody body) {
        return send(request.post(body).build());
    }

    public Answer post(Map<String, String> form) {
        FormBody.Builder body = new FormBody.Builder();
        form.forEach(body::add);
        return post(body.build());
    }

    /** A map that keeps its order and may be changed: name, value, name, value. */
    public static Map<String, String> form(String... pairs) {
        Map<String, String> form = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            form.put(pairs[i], pairs[i + 1]);
        }
        return form;
    }

    /** Headers that every answer has to have. */
    public static final List<String> PROTECTION = List.of(
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Cross-Origin-Resource-Policy",
            "Cache-Control");

    private static Answer send(Request request) {
        try (Response response = CLIENT.newCall(request).execute()) {
            return new Answer(
                    response.code(), response.headers(), response.body().string());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
