package dev.oauthconnection.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.cli.ImportRules.Step;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Which connection may be given an exported grant, and what is done next. */
class ImportRulesTest {
    private static final Map<String, Object> EXISTING = Map.of("secretRef", Map.of("name", "books-existing-grant"));

    private static OAuthConnection seen(Connected connection) {
        OAuthConnection seen = connection.with("observedGeneration", 2L).build();
        seen.getMetadata().setGeneration(2L);
        return seen;
    }

    private static Connected asking() {
        return Connected.named("books").conditions("False", Reason.AwaitingConsent, "open it", "True", null, "");
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            mode = Mode.INCLUDE,
            names = {"Revoked", "GrantExported", "GrantRefused", "GrantLost"})
    void a_grant_that_is_over_is_replaced(Reason over) {
        assertThat(ImportRules.next(seen(Connected.named("books").stalled("False", over, ""))))
                .isEqualTo(Step.Name);
    }

    @Test
    void a_connection_that_waits_for_consent_is_given_the_grant() {
        assertThat(ImportRules.next(seen(asking()))).isEqualTo(Step.Name);
    }

    @Test
    void a_grant_that_works_is_not_replaced() {
        assertThatExceptionOfType(Complaint.class)
                .isThrownBy(() -> ImportRules.next(seen(Connected.named("books").ready())))
                .withMessageStartingWith("it has a grant that works")
                .matches(complaint -> complaint.exitCode() == 2);
    }

    @Test
    void once_it_was_taken_it_is_cleaned_up() {
        assertThat(ImportRules.next(seen(Connected.named("books").ready().spec("existingGrant", EXISTING))))
                .isEqualTo(Step.CleanUp);
    }

    @Test
    void what_the_operator_said_of_an_earlier_spec_does_not_count() {
        OAuthConnection edited = seen(Connected.named("books").ready().spec("existingGrant", EXISTING));
        edited.getMetadata().setGeneration(3L);
        assertThat(ImportRules.next(edited)).isEqualTo(Step.Wait);
        assertThat(ImportRules.next(Connected.named("books").build())).isEqualTo(Step.Wait);
    }

    @Test
    void a_grant_of_another_client_is_taken_out_again() {
        assertThat(ImportRules.next(seen(Connected.named("books")
                        .stalled("False", Reason.ExistingGrantInvalid, "another client")
                        .spec("existingGrant", EXISTING))))
                .isEqualTo(Step.TakeOut);
    }

    @Test
    void a_grant_that_the_provider_refuses_is_told() {
        assertThatExceptionOfType(Complaint.class)
                .isThrownBy(() -> ImportRules.next(seen(Connected.named("books")
                        .stalled("False", Reason.GrantRefused, "invalid_grant")
                        .spec("existingGrant", EXISTING))))
                .withMessageStartingWith("GrantRefused: invalid_grant")
                .matches(complaint -> complaint.exitCode() == 3);
    }

    @Test
    void what_takes_no_grant_is_told_before_anything_is_done() {
        assertThat(ImportRules.against(asking().build(), "books-existing-grant"))
                .isEmpty();
        assertThat(Stream.of(
                        asking().spec("grantType", "ClientCredentials"),
                        asking().spec("suspend", true),
                        asking().spec("existingGrant", Map.of("secretRef", Map.of("name", "other")))))
                .allSatisfy(connection -> assertThat(ImportRules.against(connection.build(), "books-existing-grant"))
                        .isPresent());
    }
}
