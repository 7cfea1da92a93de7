@NullMarked
package dev.oauthconnection.local.http;

import org.jspecify.annotations.NullMarked;
