package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Says to a user why the API server did not take a token Secret. */
final class DeliveryFailures {
    /** Answers that stay the same until a person changes something: rights, quota, an admission policy, an invalid object, its namespace. */
    private static final Set<Integer> LASTING = Set.of(400, 403, 404, 413, 422);

    private static final int MAX_MESSAGE = 500;

    /** What is shorter, such as "Bearer", is no token, and may well be a word of the message. */
    private static final int MIN_SECRET = 8;

    private DeliveryFailures() {}

    static Delivery.Failed explain(KubernetesClientException e, Secret secret) {
        boolean lasting = LASTING.contains(e.getCode());
        String cause = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : e.getCode() <= 0 ? "the API server could not be reached" : "the API server answered " + e.getCode();
        String message = "the Secret " + secret.getMetadata().getName() + " could not be written: "
                + withoutValues(cause, secret)
                + (lasting ? "" : "; it is tried again");
        return new Delivery.Failed(Reason.DeliveryFailed, message, !lasting);
    }

    /** An admission policy writes its own messages, and may quote the Secret in them. */
    private static String withoutValues(String message, Secret secret) {
        String clean = message;
        for (String value : secret.getData().values()) {
            String plain = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
            clean = plain.length() < MIN_SECRET
                    ? clean
                    : clean.replace(value, "...").replace(plain, "...");
        }
        return clean.length() <= MAX_MESSAGE ? clean : clean.substring(0, MAX_MESSAGE) + "...";
    }
}
