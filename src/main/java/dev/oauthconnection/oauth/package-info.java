/** The protocol on the wire: sending a token request and reading its answer with tolerance, PKCE, client authentication, revocation. */
@NullMarked
package dev.oauthconnection.oauth;

import org.jspecify.annotations.NullMarked;
