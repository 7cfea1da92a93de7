/** How the playground and the embedded API keep their state on disk. */
@NullMarked
package dev.oauthconnection.local.files;

import org.jspecify.annotations.NullMarked;
