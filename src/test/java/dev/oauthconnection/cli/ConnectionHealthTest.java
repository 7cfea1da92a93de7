package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.cli.ConnectionHealth.State;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a status says about what is about to break. */
class ConnectionHealthTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private record Row(State state, Connected connection) {
        @Override
        public String toString() {
            return state + ": " + connection.build().getMetadata().getName();
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(State.Ready, Connected.named("fresh").ready()),
                new Row(State.Unserved, Connected.named("never-seen")),
                new Row(State.Starting, Connected.named("just-applied").created(Duration.ofSeconds(5))),
                new Row(
                        State.Unserved,
                        Connected.named("operator-gone").ready().token(HOUR, MINUTE.negated(), MINUTE.negated())),
                new Row(State.Late, Connected.named("overdue").ready().token(HOUR, MINUTE.multipliedBy(-3), HOUR)),
                new Row(State.Ready, Connected.named("due-now").ready().token(HOUR, MINUTE.negated(), HOUR)),
                new Row(
                        State.Failing,
                        Connected.named("provider-down")
                                .token(HOUR, null, HOUR)
                                .conditions(
                                        "True",
                                        Reason.TokenCurrent,
                                        "the token is valid until then; ProviderUnavailable: it is down",
                                        "False",
                                        null,
                                        "")),
                new Row(
                        State.Breaking,
                        Connected.named("lost-but-valid")
                                .token(HOUR, null, HOUR)
                                .conditions(
                                        "True",
                                        Reason.TokenCurrent,
                                        "",
                                        "False",
                                        Reason.GrantLost,
                                        "the answer was lost")),
                new Row(
                        State.Broken,
                        Connected.named("lost").stalled("False", Reason.GrantLost, "the answer was lost")),
                new Row(
                        State.Broken,
                        Connected.named("lost-and-operator-gone")
                                .token(HOUR, null, MINUTE.negated())
                                .conditions("True", Reason.TokenCurrent, "", "False", Reason.GrantLost, "")),
                new Row(
                        State.AwaitingConsent,
                        Connected.named("asked")
                                .conditions("False", Reason.AwaitingConsent, "open it", "True", null, "")),
                new Row(
                        State.NotReady,
                        Connected.named("lapsed-in-an-outage")
                                .token(HOUR, null, MINUTE.negated())
                                .conditions("False", Reason.ProviderUnavailable, "it is down", "False", null, "")),
                new Row(
                        State.NotReady,
                        Connected.named("uncertain")
                                .token(HOUR, null, HOUR)
                                .conditions("Unknown", Reason.RedemptionUncertain, "", "False", null, "")),
                new Row(
                        State.Suspended,
                        Connected.named("suspended")
                                .spec("suspend", true)
                                .conditions("False", Reason.Suspended, "spec.suspend is true", "False", null, "")),
                new Row(State.Ended, Connected.named("revoked").stalled("False", Reason.Revoked, "as requested")),
                new Row(
                        State.Ended,
                        Connected.named("exported").stalled("False", Reason.GrantExported, "by an admin")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_status_has_its_state(Row row) {
        assertThat(row.connection().health(null).state()).isEqualTo(row.state());
    }

    @Test
    void each_state_that_needs_a_person_says_what_to_do() {
        assertThat(rows().map(row -> row.connection().health(null)))
                .filteredOn(health -> health.state().needsPerson())
                .hasSizeGreaterThan(7)
                .allSatisfy(health -> assertThat(health.action()).endsWith("."));
    }

    @Test
    void a_grant_lapses_when_it_was_not_used_for_the_idle_lifetime_of_its_provider() {
        ConnectionHealth health = Connected.named("books").ready().health(Duration.ofDays(60));
        assertThat(health.lapsesAt())
                .isEqualTo(Connected.NOW.minus(Duration.ofMinutes(10)).plus(Duration.ofDays(60)));
    }

    @Test
    void client_credentials_do_not_lapse() {
        ConnectionHealth health = Connected.named("service")
                .ready()
                .spec("grantType", "ClientCredentials")
                .health(Duration.ofDays(60));
        assertThat(health.lapsesAt()).isNull();
    }

    @Test
    void a_suspended_grant_that_lapses_soon_is_about_to_break() {
        ConnectionHealth health = Connected.named("books")
                .spec("suspend", true)
                .token(Duration.ofDays(54), null, Duration.ofDays(-53))
                .conditions("False", Reason.Suspended, "spec.suspend is true", "False", null, "")
                .health(Duration.ofDays(60));
        assertThat(health.state()).isEqualTo(State.Breaking);
        assertThat(health.action()).contains("Set spec.suspend to false before the grant lapses");
    }

    @Test
    void what_fails_beside_a_valid_token_is_told_by_its_own_reason() {
        ConnectionHealth health = rows().filter(row -> row.state() == State.Failing)
                .findFirst()
                .orElseThrow()
                .connection()
                .health(null);
        assertThat(health.reason()).isEqualTo("ProviderUnavailable");
        assertThat(health.message()).isEqualTo("it is down");
    }

    @Test
    void the_worst_comes_first_and_then_what_lapses_first() {
        List<ConnectionHealth> sorted = Stream.of(
                        Connected.named("later").ready(),
                        Connected.named("sooner").ready().token(HOUR, MINUTE, MINUTE.multipliedBy(2)),
                        Connected.named("lost").stalled("False", Reason.GrantLost, ""))
                .map(connection -> connection.health(null))
                .sorted(ConnectionHealth.WORST_FIRST)
                .toList();
        assertThat(sorted).extracting(ConnectionHealth::name).containsExactly("lost", "sooner", "later");
    }
}
