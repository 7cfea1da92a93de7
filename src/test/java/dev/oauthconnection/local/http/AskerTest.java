package dev.oauthconnection.local.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskerTest {
    private static final String SELF = "http://localhost:5001";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // Sec-Fetch-Site, Origin, Sec-Purpose, who
                "-, -, -, OWN",
                "none, -, -, OWN",
                "same-origin, -, -, OWN",
                "same-origin, http://localhost:5001, -, OWN",
                "same-origin, null, -, OWN",
                "-, http://localhost:5001, -, OWN",
                "cross-site, -, -, FOREIGN",
                "same-site, -, -, FOREIGN",
                "cross-site, null, -, FOREIGN",
                "-, null, -, FOREIGN",
                "-, http://localhost:3000, -, FOREIGN",
                "-, https://evil.example, -, FOREIGN",
                "none, https://evil.example, -, FOREIGN",
                "none, -, prefetch, FOREIGN",
                "none, -, prefetch;prerender, FOREIGN",
                "anything-new, -, -, FOREIGN",
            })
    void who_asks_is_told_by_the_headers_that_a_page_cannot_forge(
            @Nullable String site, @Nullable String origin, @Nullable String purpose, Asker who) {
        assertThat(Asker.of(site, origin, SELF, purpose)).isEqualTo(who);
    }
}
