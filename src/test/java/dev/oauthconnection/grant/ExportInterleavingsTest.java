package dev.oauthconnection.grant;

import static dev.oauthconnection.grant.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.ExportRules.Asked;
import dev.oauthconnection.grant.ExportRules.Verdict;
import dev.oauthconnection.grant.GrantStore.Put;
import dev.oauthconnection.grant.GrantStore.Stored;
import dev.oauthconnection.grant.SimulatedStore.Fault;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.oauth.TokenOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A replica that refreshes and an admin who exports at the same time: every order of their effects, with each of their writes done, lost, or
 * done without a word. Whoever gets a refresh token is the only one to have it.
 */
class ExportInterleavingsTest {
    private static final Asked ASKED = new Asked("x-1", "admin", false);

    /** More than either takes, so that each order of the two ends with both at rest. */
    private static final int EFFECTS = 12;

    /** What each of the two did, for one order of effects. */
    private static final class Run {
        final SimulatedStore store = new SimulatedStore();
        final List<String> sent = new ArrayList<>();
        final RedemptionProtocol protocol = new RedemptionProtocol(new RedemptionProtocol.Terms(
                Sample.attempt("n-1"),
                Sample.STRICT,
                Sample.BINDING,
                new Takeover.Sight(Duration.ZERO, HolderEnd.NotKnown),
                1,
                0,
                false));
        Step step = new Step.Read();

        @Nullable
        Stored read;

        @Nullable
        String handedOut;

        Run() {
            store.create(Sample.grant());
        }

        boolean refreshing() {
            return !(step instanceof Step.Done);
        }

        void refresh(Fault fault) {
            step = switch (step) {
                case Step.Read() -> protocol.afterRead(read(), NOW);
                case Step.Arm arm ->
                    protocol.afterArm(arm, store.put(arm.armed(), arm.read().version(), fault));
                case Step.ConfirmArming confirm -> protocol.afterConfirm(confirm, read(), false);
                case Step.Send send -> {
                    sent.add(send.candidate().token());
                    yield protocol.afterSend(send, new TokenOutcome.Granted(Sample.answer("rt-2")), NOW, NOW);
                }
                case Step.Keep keep -> CommitProtocol.afterKeep(keep);
                case Step.Commit(var entry, var next, var version) ->
                    CommitProtocol.afterPut(entry, store.put(next, version, fault));
                case Step.Create(var entry, var next) -> CommitProtocol.afterPut(entry, store.create(next));
                case Step.Reread reread -> CommitProtocol.afterReread(reread, read());
                case Step.RecordEnd(var next, var version, var outcome) -> {
                    store.put(next, version, fault);
                    yield new Step.Done(outcome);
                }
                case Step.Done done -> done;
            };
        }

        /** One effect of the exporter: a look, or the write that followed from the last one. */
        void export(Fault fault) {
            Stored before = read;
            read = null;
            if (before == null) {
                read = store.stored();
                return;
            }
            switch (ExportRules.judge(before, 0, ASKED, Duration.ofHours(1), NOW)) {
                case Verdict.HandOut(Grant exported) ->
                    handedOut = exported.export().handedOut().orElseThrow().token();
                case Verdict.Store(Grant exported) -> store.put(exported, before.version(), fault);
                case Verdict.Unsettled unsettled -> {}
                case Verdict.Refused refused -> throw new AssertionError(refused.why());
            }
        }

        private Optional<Stored> read() {
            return store.read(Sample.KEY);
        }
    }

    /** An order: at each place whose effect comes next; and which of all writes has which fault. */
    private static Run run(int order, int faultAt, Fault fault) {
        Run run = new Run();
        for (int i = 0; i < EFFECTS || run.refreshing() || run.handedOut == null; i++) {
            assertThat(i).as("comes to rest").isLessThan(100);
            Fault now = i == faultAt ? fault : Fault.None;
            boolean exports = i >= EFFECTS ? !run.refreshing() : (order >> i & 1) == 1;
            if (exports && run.handedOut == null) {
                run.export(now);
            } else {
                run.refresh(now);
            }
        }
        return run;
    }

    private static Stream<Run> runs() {
        return Stream.of(Fault.values()).flatMap(fault -> Stream.iterate(0, at -> at < EFFECTS, at -> at + 1)
                .flatMap(at -> Stream.iterate(0, order -> order < 1 << EFFECTS, order -> order + 1)
                        .map(order -> run(order, at, fault))));
    }

    @Test
    void in_every_order_the_token_that_is_handed_out_is_the_newest_and_was_sent_by_nobody() {
        boolean[] first = new boolean[2];
        runs().forEach(run -> {
            String newest = run.sent.isEmpty() ? "rt-1" : "rt-2";
            assertThat(run.handedOut).isEqualTo(newest);
            assertThat(run.sent).doesNotContain(run.handedOut);
            assertThat(run.store.stored().grant().candidates()).isEmpty();
            first[run.sent.size()] = true;
        });
        assertThat(first).as("each of the two came first").containsExactly(true, true);
    }

    @Test
    void an_export_between_the_reading_and_the_arming_makes_the_refresh_stale() {
        Run run = new Run();
        run.refresh(Fault.None);
        run.export(Fault.None);
        run.export(Fault.None);

        run.refresh(Fault.None);
        run.refresh(Fault.None);

        assertThat(run.step).isEqualTo(new Step.Done(new Outcome.Stale("another process was faster")));
        assertThat(run.sent).isEmpty();
    }

    @Test
    void an_arming_between_the_look_and_the_export_makes_the_export_wait_for_its_end() {
        Run run = new Run();
        run.export(Fault.None);
        run.refresh(Fault.None);
        run.refresh(Fault.None);

        Put put = run.store.put(
                ((Verdict.Store) ExportRules.judge(run.read, 0, ASKED, Duration.ZERO, NOW)).exported(),
                run.read.version());

        assertThat(put).isEqualTo(new Put.Conflict());
        assertThat(ExportRules.judge(run.store.stored(), 0, ASKED, Duration.ofDays(1), NOW))
                .isInstanceOf(Verdict.Unsettled.class);
    }
}
