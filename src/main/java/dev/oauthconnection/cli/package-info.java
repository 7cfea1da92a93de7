/** The command line. */
@NullMarked
package dev.oauthconnection.cli;

import org.jspecify.annotations.NullMarked;
