/**
 * A Kubernetes API in this process, on a folder: as much of it as an operator needs, with the semantics that an operator relies on
 * (optimistic locking, watches without gaps, generation, finalizers, owner references, server-side apply).
 */
@NullMarked
package dev.oauthconnection.local.embedded;

import org.jspecify.annotations.NullMarked;
