@NullMarked
package dev.oauthconnection.local.embedded;

import org.jspecify.annotations.NullMarked;
