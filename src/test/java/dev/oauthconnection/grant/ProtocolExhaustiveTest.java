package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.CheckedFamily.Loss;
import dev.oauthconnection.grant.Faults.Fault;
import dev.oauthconnection.grant.SimulatedProvider.Mode;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schedule within bounds, where {@link RedemptionScheduleProperties} draws some out of many more: two replicas carry out the product's
 * own steps on one grant, and before each anything may happen that the bounds allow. A grant is lost through a window that was seen to
 * open for the very refresh token, or not at all; and what still works comes back into use by the rules alone.
 */
class ProtocolExhaustiveTest {
    private static final Faults EACH = Faults.NONE.and(
            Fault.LostMessage, Fault.Crash, Fault.LostPod, Fault.Late, Fault.Fence, Fault.Fence, Fault.Lapse);

    private static Stream<CheckedRules> bounds() {
        return Stream.of(
                new CheckedRules(Mode.Strict, Broken.None, 2, EACH),
                new CheckedRules(Mode.Lenient, Broken.None, 2, EACH),
                new CheckedRules(Mode.Grace, Broken.None, 2, EACH));
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void no_schedule_loses_a_grant_that_can_be_kept(CheckedRules rules) {
        check(rules);
    }

    private static Set<Loss> check(CheckedRules rules) {
        CheckedModel model = new CheckedModel(rules);
        long began = System.nanoTime();
        StateSearch.Result result = new StateSearch<>(model).run();
        System.out.printf(
                "%s: %s, %d ms; lost through %s%n",
                rules, result, (System.nanoTime() - began) / 1_000_000, model.losses());
        assertThat(result.wrong()).as(result.toString()).isNull();
        return model.losses().keySet();
    }

    private static Stream<CheckedRules> breaches() {
        return Stream.of(
                new CheckedRules(Mode.Strict, Broken.Arm, 2, EACH),
                new CheckedRules(Mode.Strict, Broken.Fence, 2, EACH),
                new CheckedRules(Mode.Strict, Broken.Check, 2, EACH),
                new CheckedRules(Mode.Lenient, Broken.Journal, 2, EACH),
                new CheckedRules(Mode.Lenient, Broken.Merge, 2, EACH),
                new CheckedRules(Mode.Grace, Broken.Previous, 2, EACH));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void each_rule_prevents_what_its_breach_shows(CheckedRules rules) {
        StateSearch.Result result = new StateSearch<>(new CheckedModel(rules)).run();

        System.out.println(rules + ": " + result);
        assertThat(result.wrong()).as("without the rule %s", rules.broken()).isNotNull();
    }
}
