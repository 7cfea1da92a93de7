/** The grant and the redemption transaction that never loses it. Pure but for the ports it calls. */
@NullMarked
package dev.oauthconnection.grant;

import org.jspecify.annotations.NullMarked;
