@NullMarked
package dev.oauthconnection.local.playground;

import org.jspecify.annotations.NullMarked;
