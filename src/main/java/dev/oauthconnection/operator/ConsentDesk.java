package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.consent.Attempts;
import dev.oauthconnection.consent.CodeExchange;
import dev.oauthconnection.consent.ConsentEndpoint;
import dev.oauthconnection.consent.ConsentService;
import dev.oauthconnection.consent.Offers;
import dev.oauthconnection.consent.PairingCodes;
import dev.oauthconnection.consent.PublicUrl;
import dev.oauthconnection.lifecycle.Trouble;
import dev.oauthconnection.oauth.IdTokens;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.Optional;

/** Where people are invited to consent, and received: the pairing codes and the consent endpoint of this operator. */
public final class ConsentDesk implements Invitations {
    private final KubernetesClient client;
    private final Configuration configuration;
    private final InstantSource clock;
    private final PairingCodes codes;
    private final Attempts attempts;

    public ConsentDesk(KubernetesClient client, Configuration configuration, InstantSource clock) {
        this.client = client;
        this.configuration = configuration;
        this.clock = clock;
        this.codes = new PairingCodes(client, configuration.scope().rights());
        this.attempts = new Attempts(client, configuration.namespace(), clock);
    }

    @Override
    public Optional<Trouble> ensure(OAuthConnection connection) {
        return switch (codes.ensure(connection)) {
            case PairingCodes.Presence.Present present -> Optional.empty();
            case PairingCodes.Presence.Refused(Reason reason, String message) ->
                Optional.of(Trouble.forPerson(reason, message));
        };
    }

    @Override
    public String url(OAuthConnection connection) {
        return PublicUrl.consentUrl(
                configuration.publicUrl(),
                connection.getMetadata().getNamespace(),
                connection.getMetadata().getName());
    }

    @Override
    public void sweep() {
        attempts.sweep();
    }

    /** The service behind every way to consent. */
    public ConsentService service(Parts parts) {
        IdTokens idTokens = new IdTokens(parts.http(), clock);
        return new ConsentService(
                new Offers(client, parts.providers(), parts.clients(), configuration.namespace()),
                attempts,
                new CodeExchange(parts.tokenEndpoint(), idTokens::validate, clock),
                parts.newGrants(),
                parts.lateGrants(),
                parts.inFlight(),
                configuration.redirectUri(),
                clock);
    }

    /** The pages for browsers. */
    public ConsentEndpoint endpoint(ConsentService service) {
        return new ConsentEndpoint(service, codes, configuration.publicUrl(), configuration.redirectUri(), clock);
    }
}
