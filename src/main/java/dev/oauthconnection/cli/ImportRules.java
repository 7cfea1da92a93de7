package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Whether a connection may be given an exported grant, and how that stands. Pure. */
final class ImportRules {
    /** Only these take an existing grant: a grant that works is never replaced by one. */
    private static final Set<String> WITHOUT_GRANT = Set.of(
            Reason.AwaitingConsent.name(),
            Reason.Revoked.name(),
            Reason.GrantExported.name(),
            Reason.GrantRefused.name(),
            Reason.GrantLost.name());

    /** What is to be done next. */
    enum Step {
        /** The operator has not said anything about the spec as it is. */
        Wait,
        /** Name the exported grant in the spec. */
        Name,
        /** It was taken: clean up. */
        CleanUp,
        /** It is not for this connection and was left as it is: clean up, and say so. */
        TakeOut
    }

    private ImportRules() {}

    /** Why it may not be given this grant at all; empty where it may. */
    static Optional<String> against(OAuthConnection connection, String secret) {
        if (connection.getSpec().grantType() == GrantType.ClientCredentials) {
            return Optional.of(
                    "it is of grant type ClientCredentials, which has no refresh token: nothing is to be imported");
        }
        if (Boolean.TRUE.equals(connection.getSpec().suspend())) {
            return Optional.of("spec.suspend is true: set it to false first");
        }
        var existing = connection.getSpec().existingGrant();
        return existing != null && !existing.secretRef().name().equals(secret)
                ? Optional.of("its spec names another existing grant ("
                        + existing.secretRef().name() + "): remove that first")
                : Optional.empty();
    }

    /**
     * What is to be done now.
     *
     * @throws Complaint where a person has to do something else first
     */
    static Step next(OAuthConnection connection) {
        OAuthConnectionStatus status = connection.getStatus();
        Condition ready = ConnectionHealth.condition(status, "Ready").orElse(null);
        if (status == null
                || ready == null
                || !Objects.equals(
                        status.observedGeneration(), connection.getMetadata().getGeneration())) {
            return Step.Wait;
        }
        boolean stalled = ConnectionHealth.isTrue(status, "Stalled");
        boolean named = connection.getSpec().existingGrant() != null;
        Condition cause =
                stalled ? ConnectionHealth.condition(status, "Stalled").orElse(ready) : ready;
        if (named && stalled && Reason.ExistingGrantInvalid.name().equals(cause.getReason())) {
            return Step.TakeOut;
        }
        if (!named) {
            if (WITHOUT_GRANT.contains(cause.getReason())) {
                return Step.Name;
            }
            throw "True".equals(ready.getStatus()) && !stalled
                    ? ExitStatus.Correct.complaint(
                            "it has a grant that works: revoke that first, if it is to be replaced")
                    : ExitStatus.Attention.complaint(said(cause));
        }
        if (stalled) {
            throw ExitStatus.Attention.complaint(said(cause));
        }
        return "True".equals(ready.getStatus()) ? Step.CleanUp : Step.Wait;
    }

    static String said(Condition condition) {
        return condition.getReason() + ": " + Table.printable(condition.getMessage()) + ". "
                + ConnectionHealth.action(condition.getReason());
    }
}
