/** A strict OAuth 2.0 and OpenID Connect authorization server of this machine's own, for the first run with no account anywhere. */
@NullMarked
package dev.oauthconnection.local.playground;

import org.jspecify.annotations.NullMarked;
