/** The way from this process to providers: which addresses it may reach, through which proxy, and which certificates it believes. */
@NullMarked
package dev.oauthconnection.network;

import org.jspecify.annotations.NullMarked;
