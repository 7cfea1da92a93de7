package dev.oauthconnection.oauth;

import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A POST of a form with client authentication (RFC 6749, section 2.3.1), as token and revocation endpoints take it. */
final class FormPost {
    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

    private FormPost() {}

    /**
     * Builds the request.
     *
     * @throws IllegalArgumentException when it cannot be written: a header or the endpoint is malformed, or Basic lacks a secret
     */
    static Request build(
            URI endpoint,
            Client client,
            ClientAuthentication authentication,
            Map<String, String> parameters,
            Map<String, String> headers) {
        Map<String, String> form = new LinkedHashMap<>(parameters);
        Request.Builder request = new Request.Builder().url(endpoint.toString()).header("Accept", "application/json");
        headers.forEach(request::header);
        @Nullable String secret = client.secret();
        switch (authentication) {
            case Basic -> {
                if (secret == null) {
                    throw new IllegalArgumentException(
                            "the client has no secret, and the client authentication is Basic");
                }
                request.header("Authorization", "Basic " + basicCredentials(client));
            }
            case Post -> {
                form.put("client_id", client.id());
                if (secret != null) {
                    form.put("client_secret", secret);
                }
            }
            case None -> form.put("client_id", client.id());
        }
        return request.post(new OneShot(encode(form))).build();
    }

    /** Id and secret are encoded as in a form before they are joined (RFC 6749, section 2.3.1), which many clients forget. */
    static String basicCredentials(Client client) {
        @Nullable String secret = client.secret();
        String pair = encode(client.id()) + ":" + encode(secret == null ? "" : secret);
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] encode(Map<String, String> form) {
        StringJoiner body = new StringJoiner("&");
        form.forEach((name, value) -> body.add(encode(name) + "=" + encode(value)));
        return body.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A body that OkHttp must not write twice: without this it repeats a POST after 503 with {@code Retry-After: 0}. */
    private static final class OneShot extends RequestBody {
        private final byte[] form;

        OneShot(byte[] form) {
            this.form = form;
        }

        @Override
        public MediaType contentType() {
            return FORM;
        }

        @Override
        public long contentLength() {
            return form.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws java.io.IOException {
            sink.write(form);
        }
    }
}
