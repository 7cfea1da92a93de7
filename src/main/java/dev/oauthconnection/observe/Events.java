package dev.oauthconnection.observe;

import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kubernetes events for what a person should notice, and the same words in the log. The same words about the same object are said once
 * in ten minutes. An event that cannot be written is no reason to stop.
 */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger("dev.oauthconnection.events");
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final int REMEMBERED = 10_000;

    private final KubernetesClient client;
    private final InstantSource clock;
    private final String instance;
    private final Map<String, Instant> said = new ConcurrentHashMap<>();

    /** @param instance which process reports */
    public Events(KubernetesClient client, InstantSource clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    /** Something a person may want to know. */
    public void note(HasMetadata about, Reason reason, String message) {
        say("Normal", about, reason, message);
    }

    /** Something a person should look at. */
    public void warn(HasMetadata about, Reason reason, String message) {
        say("Warning", about, reason, message);
    }

    private void say(String type, HasMetadata about, Reason reason, String message) {
        Instant now = clock.instant();
        String words = about.getMetadata().getUid() + reason + message;
        Instant before = said.put(words, now);
        if (before != null && now.isBefore(before.plus(QUIET))) {
            said.put(words, before);
            return;
        }
        if (said.size() > REMEMBERED) {
            said.values().removeIf(at -> now.isAfter(at.plus(QUIET)));
        }
        String name =
                about.getMetadata().getNamespace() + "/" + about.getMetadata().getName();
        LOG.atLevel(type.equals("Warning") ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .log("{}: {}: {}", name, reason, message);
        try {
            write(type, about, reason, message, now);
        } catch (KubernetesClientException e) {
            LOG.debug("{}: the event was not written (HTTP {})", name, e.getCode());
        }
    }

    private void write(String type, HasMetadata about, Reason reason, String message, Instant now) {
        String namespace = about.getMetadata().getNamespace();
        client.v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(about.getMetadata().getName() + ".")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion(about.getApiVersion())
                        .withKind(about.getKind())
                        .withNamespace(namespace)
                        .withName(about.getMetadata().getName())
                        .withUid(about.getMetadata().getUid())
                        .endInvolvedObject()
                        .withType(type)
                        .withReason(reason.name())
                        .withMessage(message.length() > 1000 ? message.substring(0, 1000) : message)
                        .withFirstTimestamp(now.toString())
                        .withLastTimestamp(now.toString())
                        .withCount(1)
                        .withReportingComponent("oauth-connection-operator")
                        .withReportingInstance(instance)
                        .withNewSource()
                        .withComponent("oauth-connection-operator")
                        .endSource()
                        .build())
                .create();
    }
}
