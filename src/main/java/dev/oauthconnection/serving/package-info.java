/** A token as JSON for programs beside it: the contract of {@code /token}, and the server in a pod that reads it from a mounted Secret. */
@NullMarked
package dev.oauthconnection.serving;

import org.jspecify.annotations.NullMarked;
