package dev.oauthconnection.operator;

import dev.oauthconnection.local.embedded.WatchingHttp;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An API server that refuses an operator what a test says, as a missing right, a quota or a policy does, and counts what it refused. */
final class BrokenApi {
    private record Refusal(String method, String pathPart, int status) {
        boolean meets(Request request) {
            return request.method().equals(method)
                    && request.url().encodedPath().contains(pathPart);
        }
    }

    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    /** From now on requests of this method to paths with this part are answered with this status. */
    void refuse(String method, String pathPart, int status) {
        refusals.add(new Refusal(method, pathPart, status));
    }

    void repaired() {
        refusals.clear();
    }

    /** The requests that were refused so far: method and path. */
    List<String> refused() {
        return refused;
    }

    /** A client like that one, to this API server. */
    KubernetesClient client(KubernetesClient like) {
        return new KubernetesClientBuilder()
                .withConfig(like.getConfiguration())
                .withHttpClientFactory(new WatchingHttp() {
                    @Override
                    protected void additionalConfig(OkHttpClient.Builder builder) {
                        super.additionalConfig(builder);
                        builder.addInterceptor(BrokenApi.this::answer);
                    }
                })
                .build();
    }

    private Response answer(Interceptor.Chain chain) throws java.io.IOException {
        Request request = chain.request();
        for (Refusal refusal : refusals) {
            if (refusal.meets(request)) {
                refused.add(request.method() + " " + request.url().encodedPath());
                String status =
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Refused\",\"code\":"
                                + refusal.status() + "}";
                return new Response.Builder()
                        .request(request)
                        .protocol(Protocol.HTTP_1_1)
                        .code(refusal.status())
                        .message("refused")
                        .body(ResponseBody.create(status, MediaType.get("application/json")))
                        .build();
            }
        }
        return chain.proceed(request);
    }
}
