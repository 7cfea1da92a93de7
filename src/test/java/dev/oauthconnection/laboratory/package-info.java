/** The fault laboratory: real processes, real API server, injected faults, and an oracle that does not ask the operator. */
@NullMarked
package dev.oauthconnection.laboratory;

import org.jspecify.annotations.NullMarked;
