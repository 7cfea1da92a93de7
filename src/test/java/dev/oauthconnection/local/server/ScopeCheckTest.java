package dev.oauthconnection.local.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.oauthconnection.api.OAuthConnectionSpec;
import dev.oauthconnection.api.OAuthConnectionSpec.ProviderReference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScopeCheckTest {
    private static final String REVOKE = "http://localhost:5001/revoke";

    @Test
    void the_same_scopes_fit_in_any_order() {
        assertThat(check(List.of("b", "a"), List.of("a", "b"), true)).isInstanceOf(ScopeCheck.Fits.class);
    }

    @Test
    void without_a_grant_any_scopes_fit() {
        assertThat(check(List.of("c"), List.of("a"), false)).isInstanceOf(ScopeCheck.Fits.class);
    }

    @Test
    void a_first_run_fits() {
        assertThat(ScopeCheck.of(List.of("a"), null, true, REVOKE)).isInstanceOf(ScopeCheck.Fits.class);
    }

    @Test
    void other_scopes_than_the_grants_need_a_new_consent_and_the_message_says_how() {
        assertThat(check(List.of("a", "c"), List.of("a", "b"), true))
                .asInstanceOf(type(ScopeCheck.Differs.class))
                .extracting(ScopeCheck.Differs::message)
                .asString()
                .contains("'a b'", "'a c'", REVOKE, "consent again", "The grant was left as it was");
    }

    @Test
    void fewer_scopes_differ_too() {
        assertThat(check(List.of("a"), List.of("a", "b"), true)).isInstanceOf(ScopeCheck.Differs.class);
    }

    @Test
    void scopes_that_were_left_out_are_none() {
        assertThat(check(List.of("a"), null, true)).isInstanceOf(ScopeCheck.Differs.class);
    }

    private static ScopeCheck check(List<String> wanted, @Nullable List<String> stored, boolean grantPresent) {
        OAuthConnectionSpec spec = new OAuthConnectionSpec(
                new ProviderReference("xero"), null, null, stored, null, null, null, null, null);
        return ScopeCheck.of(wanted, spec, grantPresent, REVOKE);
    }
}
