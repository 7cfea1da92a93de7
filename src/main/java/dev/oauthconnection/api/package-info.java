/** The custom resources, as records: what a user writes and reads. */
@NullMarked
package dev.oauthconnection.api;

import org.jspecify.annotations.NullMarked;
