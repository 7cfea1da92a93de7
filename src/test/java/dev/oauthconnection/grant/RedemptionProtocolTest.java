package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.GRACE;
import static dev.oauthconnection.grant.Sample.NOW;
import static dev.oauthconnection.grant.Sample.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionSpec.OnAmbiguousRedemption;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RedemptionProtocolTest {
    private static final RedemptionRules UNSPENT =
            new RedemptionRules(false, Duration.ZERO, false, false, OnAmbiguousRedemption.Replay);
    private static final Takeover.Sight FRESH = new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown);

    @Test
    void the_newest_candidate_is_armed_before_anything_is_sent() {
        Step step = read(Sample.grant());

        assertThat(step).isEqualTo(new Step.Arm(stored(Sample.grant()), Sample.armed("n-1")));
    }

    @Test
    void what_cannot_be_spent_is_sent_without_arming() {
        assertThat(protocol(UNSPENT).afterRead(Optional.of(stored(Sample.grant())), NOW))
                .isEqualTo(new Step.Send(
                        stored(Sample.grant()), Sample.grant().candidates().getFirst()));
    }

    static Stream<Arguments> changedWorlds() {
        Grant grant = Sample.grant();
        return Stream.of(
                Arguments.of("no grant", null),
                Arguments.of("another epoch", grant.with(2, Sample.BINDING)),
                Arguments.of("a revocation", GrantChanges.askRevocation(grant, null, NOW)),
                Arguments.of("an export", exported(grant).with(1, Sample.BINDING)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changedWorlds")
    void nothing_is_sent_when_the_world_is_not_as_it_was_observed(String name, @Nullable Grant grant) {
        Step step = protocol(STRICT).afterRead(Optional.ofNullable(grant).map(RedemptionProtocolTest::stored), NOW);

        assertThat(outcome(step)).isInstanceOf(Outcome.Stale.class);
    }

    private static Grant exported(Grant grant) {
        return GrantChanges.export(grant, new ExportRules.Asked("x-1", "admin", true), 0, NOW);
    }

    @Test
    void an_arming_that_was_exported_before_it_was_read_back_is_not_sent() {
        Grant armed = Sample.armed("n-1");
        Step step = protocol(STRICT)
                .afterConfirm(new Step.ConfirmArming(armed), Optional.of(stored(exported(armed))), false);

        assertThat(outcome(step)).isInstanceOf(Outcome.Stale.class);
    }

    @Test
    void a_grant_behind_its_token_secret_waits_for_a_release_and_then_passes_the_mark() {
        RedemptionProtocol protocol = new RedemptionProtocol(terms(STRICT, FRESH, Sample.BINDING, 40));

        assertThat(outcome(protocol.afterRead(Optional.of(released(Sample.grant(), 39)), NOW)))
                .isEqualTo(new Outcome.RolledBack(1, 40));
        assertThat(protocol.afterRead(Optional.of(released(Sample.grant(), 40)), NOW))
                .isInstanceOfSatisfying(
                        Step.Arm.class, arm -> assertThat(arm.armed().epoch()).isEqualTo(41));
    }

    @Test
    void a_released_grant_passes_the_mark_also_where_nothing_is_armed() {
        RedemptionRules rules = new RedemptionRules(false, Duration.ZERO, false, false, OnAmbiguousRedemption.Replay);
        RedemptionProtocol protocol = new RedemptionProtocol(terms(rules, FRESH, Sample.BINDING, 40));

        assertThat(committedEpoch(protocol, released(Sample.grant(), 40))).isEqualTo(41);
    }

    @Test
    void a_client_credentials_grant_behind_its_mark_is_simply_passed_on() {
        RedemptionProtocol protocol = new RedemptionProtocol(terms(STRICT, FRESH, Sample.BINDING, 40));

        assertThat(committedEpoch(protocol, stored(Sample.clientCredentials()))).isEqualTo(41);
    }

    private static long committedEpoch(RedemptionProtocol protocol, Stored stored) {
        Step.Send send = (Step.Send) protocol.afterRead(Optional.of(stored), NOW);
        Step.Keep keep = (Step.Keep)
                protocol.afterSend(send, new TokenOutcome.Granted(Sample.answer("rt-2")), NOW, NOW.plusSeconds(1));
        return GrantChanges.commit(stored.grant(), keep.entry()).epoch();
    }

    @Test
    void a_grant_is_never_sent_where_it_is_not_bound() {
        for (Binding today : List.of(
                binding("https://evil.example", Sample.BINDING.tokenEndpoint(), "client", ClientAuthentication.Basic),
                binding("https://id.example", URI.create("https://evil.example"), "client", ClientAuthentication.Basic),
                binding("https://id.example", Sample.BINDING.tokenEndpoint(), "other", ClientAuthentication.Basic),
                binding("https://id.example", Sample.BINDING.tokenEndpoint(), "client", ClientAuthentication.Post))) {
            RedemptionProtocol protocol = new RedemptionProtocol(terms(STRICT, FRESH, today, 0));

            assertThat(outcome(protocol.afterRead(Optional.of(stored(Sample.grant())), NOW)))
                    .isEqualTo(new Outcome.BoundElsewhere(Sample.BINDING));
        }
    }

    @Test
    void an_intent_inside_its_fence_is_waited_for() {
        Grant armed = Sample.armed("n-0");
        RedemptionProtocol protocol = protocolAt(2, STRICT, FRESH);

        assertThat(outcome(protocol.afterRead(Optional.of(stored(armed)), NOW)))
                .isInstanceOfSatisfying(
                        Outcome.Waiting.class, w -> assertThat(w.until()).isEqualTo(NOW.plusSeconds(45)));
    }

    @Test
    void a_replay_announces_the_doubt_it_is_made_in() {
        Grant armed = Sample.armed("n-0");
        RedemptionProtocol protocol =
                protocolAt(2, STRICT, new Takeover.Sight(Duration.ofMinutes(1), HolderEnd.PodOver));

        assertThat(protocol.afterRead(Optional.of(stored(armed)), NOW.plusSeconds(60)))
                .isInstanceOfSatisfying(
                        Step.Arm.class, arm -> assertThat(intentOf(arm.armed()).doubt())
                                .isEqualTo(new Doubt(LossWindow.JournalLost, NOW, 2)));
    }

    @Test
    void a_takeover_is_dated_no_earlier_than_what_it_takes_over() {
        Grant armed = Sample.armed("n-0");
        RedemptionProtocol protocol =
                protocolAt(2, STRICT, new Takeover.Sight(Duration.ofMinutes(1), HolderEnd.PodOver));

        assertThat(protocol.afterRead(Optional.of(stored(armed)), NOW.minus(Duration.ofHours(2))))
                .isInstanceOfSatisfying(
                        Step.Arm.class,
                        arm -> assertThat(intentOf(arm.armed()).armedAt()).isEqualTo(NOW.plusSeconds(60)));
    }

    @Test
    void a_newer_token_than_the_one_in_doubt_is_no_replay() {
        Grant merged = GrantChanges.commit(
                GrantChangesTest.takenOver(), Sample.entry("n-1", Sample.armed("n-1"), Sample.answer("rt-2")));
        RedemptionProtocol protocol =
                protocolAt(3, STRICT, new Takeover.Sight(Duration.ofMinutes(1), HolderEnd.PodOver));

        assertThat(protocol.afterRead(Optional.of(stored(merged)), NOW)).isInstanceOfSatisfying(Step.Arm.class, arm -> {
            assertThat(intentOf(arm.armed()).doubt()).isNull();
            assertThat(intentOf(arm.armed()).candidateEpoch()).isEqualTo(2);
        });
    }

    @Test
    void a_held_ambiguity_names_the_epoch_to_release() {
        RedemptionRules hold = new RedemptionRules(true, Duration.ZERO, true, false, OnAmbiguousRedemption.Hold);
        Grant ambiguous = GrantChanges.end(Sample.armed("n-0"), Intent.Ended.Ambiguous);
        RedemptionProtocol protocol =
                protocolAt(2, hold, new Takeover.Sight(Duration.ofMinutes(1), HolderEnd.NotKnown));

        assertThat(outcome(protocol.afterRead(Optional.of(stored(ambiguous)), NOW)))
                .isEqualTo(new Outcome.Held(LossWindow.AnswerLost, 2));
        assertThat(protocol.afterRead(Optional.of(released(ambiguous, 2)), NOW)).isInstanceOf(Step.Arm.class);
    }

    @Test
    void a_grant_without_a_token_that_may_be_sent_is_exhausted() {
        Grant refused = Sample.grant(List.of(Candidate.fresh(1, null, "rt-1").refused(NOW, null)));

        assertThat(outcome(read(refused))).isEqualTo(new Outcome.Exhausted(refused));
    }

    @Test
    void an_arming_that_landed_is_followed_by_the_sending_of_what_it_announced() {
        Grant armed = Sample.armed("n-1");

        assertThat(protocol(STRICT).afterArm(arm(), new Put.Done(stored(armed))))
                .isEqualTo(new Step.Send(stored(armed), armed.candidates().getFirst()));
    }

    @Test
    void an_arming_that_may_have_landed_is_read_back() {
        Step confirm = new Step.ConfirmArming(Sample.armed("n-1"));

        assertThat(protocol(STRICT).afterArm(arm(), new Put.Unknown("timed out")))
                .isEqualTo(confirm);
        assertThat(protocol(STRICT).afterArm(arm(), new Put.Conflict())).isEqualTo(confirm);
    }

    @Test
    void without_a_place_to_arm_in_nothing_is_sent() {
        assertThat(outcome(protocol(STRICT).afterArm(arm(), new Put.Missing()))).isInstanceOf(Outcome.Stale.class);
        assertThat(outcome(protocol(STRICT).afterArm(arm(), new Put.Refused("no rights"))))
                .isEqualTo(new Outcome.CannotWrite("no rights"));
    }

    @Test
    void an_arming_read_back_is_sent_in_time_and_ended_when_late_and_left_alone_when_not_ours() {
        Grant armed = Sample.armed("n-1");

        assertThat(confirm(armed, false))
                .isEqualTo(new Step.Send(stored(armed), armed.candidates().getFirst()));
        assertThat(confirm(armed, true)).isInstanceOfSatisfying(Step.RecordEnd.class, end -> assertThat(
                        intentOf(end.next()).ended())
                .isEqualTo(Intent.Ended.NotProcessed));
        assertThat(outcome(confirm(Sample.armed("n-2"), false))).isInstanceOf(Outcome.Stale.class);
        assertThat(outcome(confirm(null, false))).isInstanceOf(Outcome.Stale.class);
    }

    @Test
    void a_granted_answer_goes_to_the_journal_with_all_that_a_commit_needs() {
        TokenOutcome granted = new TokenOutcome.Granted(Sample.answer("rt-2"));
        Step.Send send = send();

        Step step = protocol(GRACE).afterSend(send, granted, NOW, NOW.plusSeconds(3));

        JournalEntry entry = new JournalEntry(
                "n-1", send.base().grant(), 2, 1, Sample.answer("rt-2"), NOW, Duration.ofMinutes(30), null, null);
        assertThat(step).isEqualTo(new Step.Keep(send.base(), entry));
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(new TokenOutcome.Unavailable("503", null), Intent.Ended.NotProcessed),
                Arguments.of(new TokenOutcome.Rejected(401, "invalid_client", null), Intent.Ended.Refused),
                Arguments.of(new TokenOutcome.Ambiguous("cut"), Intent.Ended.Ambiguous));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void a_live_holder_records_how_its_attempt_ended(TokenOutcome outcome, Intent.Ended ended) {
        Step.Send send = send();

        assertThat(protocol(STRICT).afterSend(send, outcome, NOW, NOW))
                .isInstanceOfSatisfying(Step.RecordEnd.class, end -> {
                    assertThat(intentOf(end.next()).ended()).isEqualTo(ended);
                    assertThat(end.version()).isEqualTo(send.base().version());
                    assertThat(end.next().candidates())
                            .isEqualTo(send.base().grant().candidates());
                });
    }

    @Test
    void an_invalid_grant_marks_that_candidate_and_ends_the_intent() {
        TokenOutcome refused = new TokenOutcome.Rejected(400, "invalid_grant", "expired");

        assertThat(protocol(STRICT).afterSend(send(), refused, NOW, NOW))
                .isInstanceOfSatisfying(Step.RecordEnd.class, end -> {
                    assertThat(end.outcome()).isEqualTo(new Outcome.TokenRefused("expired"));
                    assertThat(end.next().intent()).isNull();
                    assertThat(end.next().candidates()).singleElement().matches(c -> NOW.equals(c.refusedAt()));
                });
    }

    @Test
    void an_invalid_grant_where_nothing_was_armed_marks_the_candidate_and_settles_the_request_that_asked() {
        Attempt asked = new Attempt("n-1", "pod-a/1", Sample.WINDOWS, "asked-1");
        RedemptionProtocol protocol =
                new RedemptionProtocol(new RedemptionProtocol.Terms(asked, UNSPENT, Sample.BINDING, FRESH, 1, 0, true));
        Step.Send send = new Step.Send(
                stored(Sample.grant()), Sample.grant().candidates().getFirst());

        Step step = protocol.afterSend(send, new TokenOutcome.Rejected(400, "invalid_grant", "expired"), NOW, NOW);

        assertThat(step).isInstanceOfSatisfying(Step.RecordEnd.class, end -> {
            assertThat(end.outcome()).isEqualTo(new Outcome.TokenRefused("expired"));
            assertThat(end.version()).isEqualTo(send.base().version());
            assertThat(end.next().handled().refresh()).isEqualTo("asked-1");
            assertThat(end.next().candidates()).singleElement().matches(c -> NOW.equals(c.refusedAt()));
        });
    }

    @ParameterizedTest
    @MethodSource("ends")
    void where_nothing_was_armed_there_is_no_end_to_record_and_a_request_stays_open(TokenOutcome outcome) {
        Step.Send send = new Step.Send(
                stored(Sample.grant()), Sample.grant().candidates().getFirst());

        assertThat(protocol(UNSPENT).afterSend(send, outcome, NOW, NOW)).isInstanceOf(Step.Done.class);
    }

    private static Step read(Grant grant) {
        return protocol(STRICT).afterRead(Optional.of(stored(grant)), NOW);
    }

    private static Step confirm(@Nullable Grant read, boolean late) {
        return protocol(STRICT)
                .afterConfirm(
                        new Step.ConfirmArming(Sample.armed("n-1")),
                        Optional.ofNullable(read).map(RedemptionProtocolTest::stored),
                        late);
    }

    private static Step.Arm arm() {
        return new Step.Arm(stored(Sample.grant()), Sample.armed("n-1"));
    }

    private static Step.Send send() {
        Grant armed = Sample.armed("n-1");
        return new Step.Send(stored(armed), armed.candidates().getFirst());
    }

    private static Outcome outcome(Step step) {
        assertThat(step).isInstanceOf(Step.Done.class);
        return ((Step.Done) step).outcome();
    }

    private static Intent intentOf(Grant grant) {
        return Objects.requireNonNull(grant.intent());
    }

    private static Stored stored(Grant grant) {
        return released(grant, 0);
    }

    private static Stored released(Grant grant, long epoch) {
        return new Stored(grant, "7", epoch, "");
    }

    private static Binding binding(String issuer, URI endpoint, String client, ClientAuthentication authentication) {
        return new Binding(issuer, endpoint, null, client, authentication);
    }

    private static RedemptionProtocol protocol(RedemptionRules rules) {
        return new RedemptionProtocol(terms(rules, FRESH, Sample.BINDING, 0));
    }

    private static RedemptionProtocol protocolAt(long epoch, RedemptionRules rules, Takeover.Sight sight) {
        return new RedemptionProtocol(
                new RedemptionProtocol.Terms(Sample.attempt("n-1"), rules, Sample.BINDING, sight, epoch, 0, false));
    }

    private static RedemptionProtocol.Terms terms(
            RedemptionRules rules, Takeover.Sight sight, Binding binding, long marked) {
        return new RedemptionProtocol.Terms(Sample.attempt("n-1"), rules, binding, sight, 1, marked, false);
    }
}
