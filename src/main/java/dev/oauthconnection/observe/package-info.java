/** Metrics, events, logs, health. */
@NullMarked
package dev.oauthconnection.observe;

import org.jspecify.annotations.NullMarked;
