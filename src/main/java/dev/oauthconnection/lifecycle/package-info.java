/** Pure: what is to be done about a connection, given what was observed and the time; the schedule and the backoff. */
@NullMarked
package dev.oauthconnection.lifecycle;

import org.jspecify.annotations.NullMarked;
