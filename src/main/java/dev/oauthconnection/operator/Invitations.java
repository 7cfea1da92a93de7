package dev.oauthconnection.operator;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.lifecycle.Trouble;
import java.util.Optional;

/** The port through which a person is asked for consent. */
public interface Invitations {
    /** Sees to it that consent can be given for this connection: its pairing code is there. Empty, or what stands in the way. */
    Optional<Trouble> ensure(OAuthConnection connection);

    /** Where consent is given. */
    String url(OAuthConnection connection);

    /** Removes the consents that were begun and not finished in their time. */
    void sweep();
}
