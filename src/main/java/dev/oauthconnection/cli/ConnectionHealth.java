package dev.oauthconnection.cli;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is, by what its status says and by the time: is it about to break? Pure.
 *
 * @param account whose grant it is; null where the provider did not say
 * @param lapsesAt when the grant lapses if it is not used until then; null where that is not known
 * @param reason as in docs/reasons.md; empty where the operator has said nothing
 * @param action what a person can do; empty where there is nothing to do
 */
record ConnectionHealth(
        String namespace,
        String name,
        String provider,
        State state,
        @Nullable String account,
        @Nullable Instant expiresAt,
        @Nullable Instant nextRefreshAt,
        @Nullable Instant lapsesAt,
        String reason,
        String message,
        String action,
        @Nullable String servedBy) {

    /** The states, worst first. */
    enum State {
        Broken(true, "There is no valid token, and a person is needed."),
        Unserved(true, "No operator sees to it: there is no status, or one that time has overtaken."),
        AwaitingConsent(true, "The resource owner has not consented yet."),
        NotReady(true, "There is no valid token; the operator is at it by itself."),
        Breaking(true, "The token is valid, and will lapse unless a person does something before."),
        Late(
                true,
                "The token is valid, and its refresh is overdue by more than two minutes: the operator may be down."),
        Failing(false, "The token is valid; its refresh fails or is uncertain, and the operator goes on by itself."),
        Suspended(false, "spec.suspend is true."),
        Ended(false, "Somebody revoked or exported the grant."),
        Starting(false, "It was applied or changed a moment ago."),
        Ready(false, "The token is valid and its next refresh is planned.");

        private final boolean needsPerson;
        private final String meaning;

        State(boolean needsPerson, String meaning) {
            this.needsPerson = needsPerson;
            this.meaning = meaning;
        }

        /** Whether {@code status} ends with {@link ExitStatus#Attention} for it. */
        boolean needsPerson() {
            return needsPerson;
        }

        String meaning() {
            return meaning;
        }
    }

    /** Worst first, then what lapses first. */
    static final Comparator<ConnectionHealth> WORST_FIRST = Comparator.comparing(ConnectionHealth::state)
            .thenComparing(health -> health.expiresAt() == null ? Instant.MIN : health.expiresAt())
            .thenComparing(ConnectionHealth::namespace)
            .thenComparing(ConnectionHealth::name);

    /** How long an operator may need to say the first word about a connection. */
    private static final Duration FIRST_WORD = Duration.ofMinutes(1);

    private static final Duration OVERDUE = Duration.ofMinutes(2);
    /** A grant of a suspended connection that lapses sooner than this is worth a word. */
    private static final Duration SOON = Duration.ofDays(7);

    private static final String LOOK_AT_OPERATOR = "Run 'oauthconnection doctor': no operator seems to serve it.";

    /** The condition Ready of a valid token names what is wrong beside it like this. */
    private static final Pattern BESIDE = Pattern.compile("; ([A-Z][A-Za-z]+): (.*)$", Pattern.DOTALL);

    /** @param idleLifetime after which an unused refresh token of its provider lapses; null where nobody knows */
    static ConnectionHealth of(OAuthConnection connection, @Nullable Duration idleLifetime, Instant now) {
        return new Reading(connection, idleLifetime, now).health();
    }

    /** What a person can do about a reason; empty for one that this version does not know. */
    static String action(String reason) {
        return Arrays.stream(Reason.values())
                .filter(known -> known.name().equals(reason))
                .map(Reason::action)
                .findFirst()
                .orElse("");
    }

    static Optional<Condition> condition(@Nullable OAuthConnectionStatus status, String type) {
        List<Condition> conditions = status == null || status.conditions() == null ? List.of() : status.conditions();
        return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    static boolean isTrue(@Nullable OAuthConnectionStatus status, String type) {
        return condition(status, type).filter(c -> "True".equals(c.getStatus())).isPresent();
    }

    /** Reads one status. */
    private static final class Reading {
        private final OAuthConnection connection;
        private final @Nullable OAuthConnectionStatus status;
        private final Instant now;
        private final @Nullable Instant expiresAt;
        private final @Nullable Instant nextRefreshAt;
        private final @Nullable Instant lapsesAt;

        private Reading(OAuthConnection connection, @Nullable Duration idleLifetime, Instant now) {
            this.connection = connection;
            this.status = connection.getStatus();
            this.now = now;
            OAuthConnectionStatus.Token token = status == null ? null : status.token();
            this.expiresAt = token == null ? null : instant(token.expiresAt());
            this.nextRefreshAt = token == null ? null : instant(token.nextRefreshAt());
            Instant refreshedAt = token == null ? null : instant(token.refreshedAt());
            boolean lapses = connection.getSpec().grantType() != GrantType.ClientCredentials;
            this.lapsesAt =
                    refreshedAt == null || idleLifetime == null || !lapses ? null : refreshedAt.plus(idleLifetime);
        }

        ConnectionHealth health() {
            State state = state();
            Condition cause = cause(state);
            String reason = cause == null ? "" : text(cause.getReason());
            String message = cause == null ? "" : text(cause.getMessage());
            Matcher beside = BESIDE.matcher(message);
            if (state == State.Failing && beside.find()) {
                reason = beside.group(1);
                message = beside.group(2);
            }
            String subject = status == null || status.token() == null
                    ? null
                    : status.token().subject();
            return new ConnectionHealth(
                    connection.getMetadata().getNamespace(),
                    connection.getMetadata().getName(),
                    connection.getSpec().provider().name(),
                    state,
                    subject,
                    expiresAt,
                    nextRefreshAt,
                    lapsesAt,
                    reason,
                    message,
                    action(state, reason),
                    status == null ? null : status.servedBy());
        }

        private State state() {
            Condition ready = condition(status, "Ready").orElse(null);
            if (ready == null) {
                return isYoung() ? State.Starting : State.Unserved;
            }
            if (Reason.Suspended.name().equals(ready.getReason())
                    || Boolean.TRUE.equals(connection.getSpec().suspend())) {
                return lapsesAt != null && lapsesAt.isBefore(now.plus(SOON)) ? State.Breaking : State.Suspended;
            }
            boolean stalled = isTrue(status, "Stalled");
            if (stalled && endedByPurpose()) {
                return State.Ended;
            }
            boolean valid = "True".equals(ready.getStatus());
            if (valid && expiresAt != null && expiresAt.isBefore(now)) {
                // Whoever writes the status would have said so.
                return stalled ? State.Broken : State.Unserved;
            }
            return valid ? stateOfValid(stalled) : stateWithout(stalled, ready);
        }

        private State stateOfValid(boolean stalled) {
            if (stalled) {
                return State.Breaking;
            }
            if (nextRefreshAt == null) {
                return State.Failing;
            }
            return nextRefreshAt.isBefore(now.minus(OVERDUE)) ? State.Late : State.Ready;
        }

        private State stateWithout(boolean stalled, Condition ready) {
            if (stalled) {
                return State.Broken;
            }
            if (Reason.AwaitingConsent.name().equals(ready.getReason())) {
                return State.AwaitingConsent;
            }
            boolean underWay =
                    isTrue(status, "Reconciling") && Reason.Progressing.name().equals(ready.getReason());
            return underWay && since(ready).isAfter(now.minus(FIRST_WORD)) ? State.Starting : State.NotReady;
        }

        private boolean endedByPurpose() {
            String reason =
                    condition(status, "Stalled").map(Condition::getReason).orElse("");
            return reason.equals(Reason.Revoked.name()) || reason.equals(Reason.GrantExported.name());
        }

        private boolean isYoung() {
            Instant created = instant(connection.getMetadata().getCreationTimestamp());
            return created != null && created.isAfter(now.minus(FIRST_WORD));
        }

        private static Instant since(Condition condition) {
            Instant changed = instant(condition.getLastTransitionTime());
            return changed == null ? Instant.MIN : changed;
        }

        /** The condition that says why. */
        private @Nullable Condition cause(State state) {
            return condition(status, isTrue(status, "Stalled") ? "Stalled" : "Ready")
                    .filter(c -> state != State.Unserved)
                    .orElse(null);
        }

        private String action(State state, String reason) {
            return switch (state) {
                case Unserved, Late -> LOOK_AT_OPERATOR;
                case Ready, Starting, Ended -> "";
                case AwaitingConsent ->
                    "Run 'oauthconnection connect " + connection.getMetadata().getName() + " --namespace "
                            + connection.getMetadata().getNamespace()
                            + "', or have the resource owner open status.consent.url.";
                case Suspended -> ConnectionHealth.action(reason);
                case Broken, NotReady, Breaking, Failing ->
                    Boolean.TRUE.equals(connection.getSpec().suspend())
                            ? "Set spec.suspend to false before the grant lapses unused."
                            : ConnectionHealth.action(reason);
            };
        }

        private static String text(@Nullable String text) {
            return text == null ? "" : text;
        }

        private static @Nullable Instant instant(@Nullable String text) {
            try {
                return text == null ? null : Instant.parse(text);
            } catch (DateTimeParseException e) {
                return null;
            }
        }
    }
}
