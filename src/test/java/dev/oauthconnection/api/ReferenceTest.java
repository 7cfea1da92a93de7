package dev.oauthconnection.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.testing.CheckedIn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    @Test
    void the_reference_of_fields_is_that_of_the_definitions() {
        CheckedIn.assertCurrent(Path.of("docs", "api.md"), ApiReference.ofFields(), ReferenceTest.class);
    }

    @Test
    void the_reference_of_reasons_is_that_of_the_code() {
        CheckedIn.assertCurrent(Path.of("docs", "reasons.md"), ApiReference.ofReasons(), ReferenceTest.class);
    }

    @Test
    void each_reason_says_what_it_means_and_what_to_do() {
        assertThat(Reason.values()).allSatisfy(reason -> {
            assertThat(reason.meaning()).endsWith(".");
            assertThat(reason.action()).endsWith(".");
        });
    }
}
