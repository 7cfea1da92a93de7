@NullMarked
package dev.oauthconnection.local.server;

import org.jspecify.annotations.NullMarked;
