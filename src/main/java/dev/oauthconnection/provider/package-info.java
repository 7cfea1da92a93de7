/** The catalogue of providers, how a connection's provider is resolved and discovered, and the requests as a provider wants them. */
@NullMarked
package dev.oauthconnection.provider;

import org.jspecify.annotations.NullMarked;
