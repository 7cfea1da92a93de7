/** The catalogue of providers, and how a connection's provider is resolved and discovered. */
@NullMarked
package dev.oauthconnection.provider;

import org.jspecify.annotations.NullMarked;
