/** Files for one user alone, and writes that survive the loss of power. */
@NullMarked
package dev.oauthconnection.files;

import org.jspecify.annotations.NullMarked;
