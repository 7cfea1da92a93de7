package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schedule within bounds, where {@link RedemptionScheduleProperties} draws some out of many more: two replicas (or three) carry out the product's
 * own steps on one grant, and before each anything may happen that the bounds allow. A grant is lost through a window that was seen to
 * open for the very refresh token, or not at all; and what still works comes back into use by the rules alone. See {@link CheckedModel}.
 *
 * <p>Wider bounds, in some minutes and with more memory: {@code _JAVA_OPTIONS=-Xmx4g mvn -q test-compile surefire:test
 * -Dtest=ProtocolExhaustiveTest -Dexhaustive=wide}.
 */
class ProtocolExhaustiveTest {
    @ParameterizedTest
    @MethodSource("dev.oauthconnection.grant.CheckedBounds#narrow")
    void no_schedule_loses_a_grant_that_can_be_kept(CheckedBounds bounds) {
        check(bounds);
    }

    @ParameterizedTest
    @MethodSource("dev.oauthconnection.grant.CheckedBounds#wide")
    @EnabledIfSystemProperty(named = "exhaustive", matches = "wide")
    void no_schedule_within_wider_bounds_does_either(CheckedBounds bounds) {
        check(bounds);
    }

    private static void check(CheckedBounds bounds) {
        CheckedModel model = new CheckedModel(bounds.rules());
        long began = System.nanoTime();
        StateSearch.Result result = new StateSearch<>(model).run();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf("%s: %s, %d ms; lost through %s%n", bounds, result, took.toMillis(), model.losses());

        assertThat(result.wrong()).as(result.toString()).isNull();
        assertThat(model.losses().keySet()).isEqualTo(bounds.losses());
    }

    @ParameterizedTest
    @MethodSource("dev.oauthconnection.grant.CheckedBounds#broken")
    void each_rule_prevents_what_its_breach_shows(CheckedBounds bounds) {
        StateSearch.Result result = new StateSearch<>(new CheckedModel(bounds.rules())).run();
        System.out.printf("%s: %s%n", bounds, result);

        assertThat(result.wrong()).as("without the rule").isNotNull();
        assertThat(new StateSearch<>(new CheckedModel(bounds.whole().rules()))
                        .run()
                        .wrong())
                .as("with the rule")
                .isNull();
    }

    @Test
    void each_rule_is_broken_once() {
        assertThat(CheckedBounds.broken().map(b -> b.rules().broken()).collect(Collectors.toSet()))
                .hasSize(Broken.values().length - 1);
    }
}
