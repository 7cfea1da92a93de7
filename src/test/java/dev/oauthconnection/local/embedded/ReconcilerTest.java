package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator of the real framework on the embedded API. */
@SuppressWarnings("NullAway.Init")
class ReconcilerTest extends OnEmbeddedApi {
    /** Long enough for a reconcile that should not happen to happen. */
    private static final Duration QUIET = Duration.ofMillis(700);

    private final ObservedGeneration reconciler = new ObservedGeneration();
    private Operator operator;

    @ControllerConfiguration(generationAwareEventProcessing = true)
    static final class ObservedGeneration implements Reconciler<OAuthConnection>, Cleaner<OAuthConnection> {
        private final List<Long> generations = new CopyOnWriteArrayList<>();
        private final List<String> cleaned = new CopyOnWriteArrayList<>();

        @Override
        public UpdateControl<OAuthConnection> reconcile(OAuthConnection connection, Context<OAuthConnection> context) {
            long generation = connection.getMetadata().getGeneration();
            generations.add(generation);
            OAuthConnection fresh = new OAuthConnection();
            fresh.getMetadata().setName(connection.getMetadata().getName());
            fresh.getMetadata().setNamespace(connection.getMetadata().getNamespace());
            fresh.setStatus(new OAuthConnectionStatus(generation, null, null, null, null, null));
            return UpdateControl.patchStatus(fresh);
        }

        @Override
        public DeleteControl cleanup(OAuthConnection connection, Context<OAuthConnection> context) {
            cleaned.add(connection.getMetadata().getName());
            return DeleteControl.defaultDelete();
        }
    }

    @BeforeEach
    void start() {
        operator = new Operator(overrider -> overrider.withKubernetesClient(api.client()));
        operator.register(reconciler);
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.stop();
    }

    @Test
    void a_change_of_the_spec_is_reconciled_once_and_its_own_status_never() {
        createConnection("books");
        awaitObserved(1);
        assertQuiet(1L);

        connection("books").edit(c -> {
            c.setSpec(newConnection("books", "write").getSpec());
            return c;
        });

        awaitObserved(2);
        assertQuiet(1L, 2L);
    }

    @Test
    void a_change_of_a_label_is_not_reconciled() {
        createConnection("books");
        awaitObserved(1);

        connection("books").edit(c -> {
            c.getMetadata().setLabels(Map.of("a", "b"));
            return c;
        });

        assertQuiet(1L);
    }

    @Test
    void the_finalizer_of_the_framework_is_put_on_and_taken_off() {
        createConnection("books");
        awaitObserved(1);
        assertThat(connection("books").get().getMetadata().getFinalizers()).hasSize(1);

        connection("books").delete();

        await().untilAsserted(() -> assertThat(connection("books").get()).isNull());
        assertThat(reconciler.cleaned).containsExactly("books");
    }

    private void awaitObserved(long generation) {
        await().untilAsserted(() -> assertThat(connection("books").get().getStatus())
                .isNotNull()
                .extracting(OAuthConnectionStatus::observedGeneration)
                .isEqualTo(generation));
    }

    private void assertQuiet(Long... generations) {
        await().during(QUIET)
                .untilAsserted(() -> assertThat(reconciler.generations).containsExactly(generations));
    }
}
