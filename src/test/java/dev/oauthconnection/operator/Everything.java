package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.OAuthConnection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Everything that people other than the owner of a Secret may read while an {@link OperatorWorld} is open: the log with its exceptions,
 * each status, event and metric, the metadata of Secrets. Every token and client secret of these tests has a form that is found again.
 */
final class Everything extends AppenderBase<ILoggingEvent> {
    /** How {@link ScriptedProvider} and the tests name what is secret. */
    private static final Pattern SECRET = Pattern.compile("secret-(of-the-client|(at|rt)-[a-z0-9-]+)");

    private final List<String> log = new CopyOnWriteArrayList<>();

    static Everything startReading() {
        Everything everything = new Everything();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        everything.setContext(root.getLoggerContext());
        everything.start();
        root.addAppender(everything);
        return everything;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String trace = event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
        log.add(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage() + trace);
    }

    /** Searches all of it for a secret; to be called before the world ends. */
    void holdsNoSecret(KubernetesClient client, Collection<?> statuses, PrometheusMeterRegistry registry) {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(this);
        assertThat(log).as("the log").allSatisfy(Everything::holdsNoSecret);
        statuses.forEach(status -> holdsNoSecret(String.valueOf(status)));
        holdsNoSecret(registry.scrape());
        client.v1().events().inAnyNamespace().list().getItems().forEach(Everything::holdsNoSecret);
        client.resources(OAuthConnection.class)
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(Everything::holdsNoSecret);
        client.resources(ClusterOAuthProvider.class).list().getItems().forEach(Everything::holdsNoSecret);
        for (Secret secret : client.secrets().inAnyNamespace().list().getItems()) {
            holdsNoSecret(Serialization.asJson(secret.getMetadata()));
        }
    }

    private static void holdsNoSecret(HasMetadata object) {
        holdsNoSecret(Serialization.asJson(object));
    }

    private static void holdsNoSecret(String text) {
        assertThat(text).doesNotContainPattern(SECRET);
    }
}
