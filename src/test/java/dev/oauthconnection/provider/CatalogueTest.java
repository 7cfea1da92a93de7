package dev.oauthconnection.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.api.ProviderSpec.Rotation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private final Catalogue catalogue = new Catalogue();

    static Stream<String> names() {
        return new Catalogue().names().stream();
    }

    private Provider resolveOffline(String name) {
        ProviderResolution resolution = new ProviderResolver(
                        none -> Optional.empty(), catalogue, Offline.discovery(), false, Offline.noBundles())
                .resolve(name);
        assertThat(resolution).isInstanceOf(ProviderResolution.Resolved.class);
        return ((ProviderResolution.Resolved) resolution).provider();
    }

    @Test
    void its_names_are_those_of_its_files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/providers"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                            .sorted())
                    .isEqualTo(catalogue.names());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void each_entry_can_be_read_and_says_how_far_it_was_verified(String name) {
        assertThat(catalogue.find(name).map(ProviderSpec::source).map(ProviderSpec.Source::verified))
                .isPresent();
    }

    @Test
    void xero_needs_no_network_and_has_half_an_hour_of_grace() {
        Provider xero = resolveOffline("xero");
        assertThat(xero.tokenEndpoint()).isEqualTo(URI.create("https://identity.xero.com/connect/token"));
        assertThat(xero.authenticationOf(true)).isEqualTo(ClientAuthentication.Basic);
        assertThat(xero.refreshTokens())
                .isEqualTo(new Provider.RefreshTokens(
                        Rotation.Always, Duration.ofMinutes(30), false, Duration.ofDays(60), false));
    }

    @Test
    void lexoffice_takes_public_and_confidential_clients() {
        Provider lexoffice = resolveOffline("lexoffice");
        assertThat(lexoffice.authenticationOf(false)).isEqualTo(ClientAuthentication.None);
        assertThat(lexoffice.authenticationOf(true)).isEqualTo(ClientAuthentication.Basic);
        assertThat(lexoffice.defaultScopes()).containsExactly("openid", "profile", "invoice.read");
        assertThat(lexoffice.refreshTokens().reuseRevokesGrant()).isTrue();
    }

    @Test
    void lexoffice_partner_names_its_scopes_in_its_own_way() {
        Provider partner = resolveOffline("lexoffice-partner");
        assertThat(partner.scopeParameter()).isEqualTo("scopes");
        assertThat(partner.scopeSeparator()).isEqualTo(",");
        assertThat(partner.refreshTokens().rotation()).isEqualTo(Rotation.None);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../providers/xero", "XERO", "xero.yaml"})
    void another_name_is_not_in_it(String name) {
        assertThat(catalogue.find(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"isuer: https://a.example", "issuer: a\nissuer: b", "token: {clientAuthentication: basic}"})
    void an_entry_that_strays_from_the_schema_is_refused(String yaml) {
        assertThatThrownBy(() -> Catalogue.parse(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class);
    }
}
