package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a process that was restarted learns from a status. */
class StatusesTest {
    @ParameterizedTest
    @EnumSource(names = {"SecretConflict", "TemplateInvalid", "DeliveryFailed", "SecretAccessMissing"})
    void a_token_secret_that_could_not_be_written_is_known_to_the_next_process(Reason reason) {
        assertThat(Statuses.saysUndelivered(stalled(reason))).isTrue();
    }

    private static OAuthConnectionStatus stalled(Reason reason) {
        return new OAuthConnectionStatus(
                1L,
                List.of(new ConditionBuilder()
                        .withType("Stalled")
                        .withStatus("True")
                        .withReason(reason.name())
                        .build()),
                null,
                null,
                null,
                null);
    }
}
