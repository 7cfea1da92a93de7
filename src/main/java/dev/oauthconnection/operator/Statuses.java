package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.OAuthConnectionStatus.Consent;
import dev.oauthconnection.api.OAuthConnectionStatus.Handled;
import dev.oauthconnection.api.OAuthConnectionStatus.Token;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Answer;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.lifecycle.Decision.Ready;
import dev.oauthconnection.lifecycle.Decision.Verdict;
import dev.oauthconnection.lifecycle.GrantTerms;
import dev.oauthconnection.lifecycle.Observed;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.observe.ConnectionMeters;
import dev.oauthconnection.observe.ConnectionMeters.State;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the status that says what was decided. Pure; a status that says the same as the one that is there is equal to it. */
final class Statuses {
    private static final Set<String> UNDELIVERED = Set.of(
            Reason.SecretConflict.name(),
            Reason.TemplateInvalid.name(),
            Reason.DeliveryFailed.name(),
            Reason.SecretAccessMissing.name());

    private Statuses() {}

    /** @param consentUrl where consent is given; null while none is asked for */
    static OAuthConnectionStatus of(
            OAuthConnection connection, Observed observed, Verdict verdict, @Nullable String consentUrl, Instant now) {
        OAuthConnectionStatus before = connection.getStatus();
        List<Condition> old = before == null || before.conditions() == null ? List.of() : before.conditions();
        Long generation = connection.getMetadata().getGeneration();
        Trouble stalled = verdict.stalled();
        List<Condition> conditions = Stream.of(
                        condition("Ready", verdict.ready(), verdict.reason(), verdict.message()),
                        condition(
                                "Reconciling",
                                verdict.reconciling() ? Ready.True : Ready.False,
                                verdict.reconciling() ? verdict.reason() : Reason.TokenCurrent,
                                verdict.reconciling() ? verdict.message() : ""),
                        condition(
                                "Stalled",
                                stalled == null ? Ready.False : Ready.True,
                                stalled == null ? Reason.TokenCurrent : stalled.reason(),
                                stalled == null ? "" : stalled.message()))
                .map(c -> settle(c, old, generation, now))
                .toList();
        return new OAuthConnectionStatus(
                generation,
                conditions,
                consentUrl == null ? null : new Consent(consentUrl),
                token(observed, verdict, before == null ? null : before.token()),
                handled(observed.grant()),
                before == null ? null : before.servedBy());
    }

    private static Condition condition(String type, Ready status, Reason reason, String message) {
        String named = reason == Reason.TokenCurrent && !type.equals("Ready") ? "AsExpected" : reason.name();
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status.name())
                .withReason(named)
                .withMessage(message)
                .build();
    }

    /** The transition time changes with the status alone. */
    private static Condition settle(Condition fresh, List<Condition> old, Long generation, Instant now) {
        fresh.setObservedGeneration(generation);
        fresh.setLastTransitionTime(old.stream()
                .filter(c ->
                        c.getType().equals(fresh.getType()) && c.getStatus().equals(fresh.getStatus()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElseGet(() -> text(now)));
        return fresh;
    }

    /** What is published. Where the grant no longer has the answer it was made from, what was said before stands while it is valid. */
    private static @Nullable Token token(Observed observed, Verdict verdict, @Nullable Token before) {
        Grant grant = observed.grant();
        Answer answer = grant == null ? null : grant.answer();
        Observed.TokenView published = observed.token();
        if (published == null) {
            return null;
        }
        if (answer == null || published.epoch() != answer.epoch()) {
            return before == null || instant(before.expiresAt()) == null
                    ? null
                    : new Token(before.expiresAt(), before.refreshedAt(), null, before.scopes(), before.subject());
        }
        return new Token(
                text(answer.expiresAt()),
                text(answer.requestedAt()),
                verdict.nextRefresh() == null ? null : text(verdict.nextRefresh()),
                answer.scopes(),
                answer.subject());
    }

    /** When the published token expires, as the status says; null where it does not, or somebody edited that. */
    static @Nullable Instant expiresAt(@Nullable OAuthConnectionStatus status) {
        return status == null || status.token() == null
                ? null
                : instant(status.token().expiresAt());
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Whether a person was told that the Secret could not be made what the spec asks for. */
    static boolean saysUndelivered(@Nullable OAuthConnectionStatus status) {
        return status != null
                && status.conditions() != null
                && status.conditions().stream()
                        .filter(c -> c.getType().equals("Stalled"))
                        .anyMatch(c -> UNDELIVERED.contains(c.getReason()));
    }

    /** What metrics make of a status: the published token is the one that it names. */
    static ConnectionMeters.Sight sight(OAuthConnectionStatus status, Verdict verdict, Observed observed) {
        Trouble stalled = verdict.stalled();
        Instant expiresAt = expiresAt(status);
        Instant refreshedAt =
                status.token() == null ? null : instant(status.token().refreshedAt());
        return new ConnectionMeters.Sight(
                state(verdict, observed),
                stalled == null ? null : stalled.reason(),
                expiresAt,
                expiresAt == null || refreshedAt == null ? null : GrantTerms.dueAt(refreshedAt, expiresAt, observed));
    }

    private static State state(Verdict verdict, Observed observed) {
        if (observed.settings().suspended()) {
            return State.Suspended;
        }
        if (verdict.stalled() != null) {
            return State.Stalled;
        }
        if (verdict.ready() == Ready.True) {
            return State.Ready;
        }
        return verdict.reason() == Reason.AwaitingConsent ? State.AwaitingConsent : State.NotReady;
    }

    private static @Nullable Handled handled(@Nullable Grant grant) {
        if (grant == null
                || (grant.handled().refresh() == null && grant.handled().revoke() == null)) {
            return null;
        }
        return new Handled(grant.handled().refresh(), grant.handled().revoke());
    }

    /** Whether a write would change nothing. */
    static boolean same(@Nullable OAuthConnectionStatus before, OAuthConnectionStatus after) {
        return Objects.equals(before, after);
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
