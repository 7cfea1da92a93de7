/** The local token server: one connection's token as JSON, and the pages around it. */
@NullMarked
package dev.oauthconnection.local.server;

import org.jspecify.annotations.NullMarked;
