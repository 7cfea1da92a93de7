package dev.oauthconnection.operator;

import dev.oauthconnection.observe.Meters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the SDK tells of its own work and our own metrics do not: a look that failed, and an object that it has let go of. */
final class SdkNotices implements Metrics {
    private final Meters meters;
    private volatile @Nullable Controller<? extends HasMetadata> controller;

    SdkNotices(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> registered) {
        controller = registered;
    }

    @Override
    public void failedReconciliation(HasMetadata resource, Exception failure, Map<String, Object> metadata) {
        meters.reconciliationFailed();
    }

    /**
     * After the run for a deletion the SDK forgets all that it knows of the name, the event of an object that was created anew meanwhile
     * too. It is called under the lock that events are handed over with: an object that is not in the cache yet has its event still to come.
     */
    @Override
    public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
        Controller<? extends HasMetadata> registered = controller;
        if (registered != null) {
            announce(registered.getEventSourceManager().getControllerEventSource(), id);
        }
    }

    private static <R extends HasMetadata> void announce(ControllerEventSource<R> source, ResourceID id) {
        source.get(id).ifPresent(there -> source.eventReceived(ResourceAction.ADDED, there, null, null));
    }
}
