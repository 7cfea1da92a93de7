package dev.oauthconnection.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PkceTest {
    @Test
    void the_challenge_is_that_of_rfc_7636_appendix_b() {
        assertThat(new Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge())
                .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    @Test
    void a_random_verifier_is_long_enough_unreserved_and_never_the_same() {
        Pkce one = Pkce.random(new SecureRandom());
        assertThat(one.verifier())
                .matches("[A-Za-z0-9_-]{43}")
                .isNotEqualTo(Pkce.random(new SecureRandom()).verifier());
        assertThat(one.toString()).doesNotContain(one.verifier());
    }
}
