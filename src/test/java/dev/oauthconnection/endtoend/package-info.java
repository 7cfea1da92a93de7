/** The operator as its users meet it: a process beside a real API server, seen from outside. */
@NullMarked
package dev.oauthconnection.endtoend;

import org.jspecify.annotations.NullMarked;
