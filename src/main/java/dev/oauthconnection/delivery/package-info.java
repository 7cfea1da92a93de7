/** The token Secret that workloads mount: template, ownership, drift. */
@NullMarked
package dev.oauthconnection.delivery;

import org.jspecify.annotations.NullMarked;
