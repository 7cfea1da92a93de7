/** The protocol on the wire: token requests and the tolerant reading of answers, PKCE, client authentication, revocation. */
@NullMarked
package dev.oauthconnection.oauth;

import org.jspecify.annotations.NullMarked;
