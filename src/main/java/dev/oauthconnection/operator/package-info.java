/** The reconciler (observe, decide, act, record), its event sources and what ties it to Kubernetes. */
@NullMarked
package dev.oauthconnection.operator;

import org.jspecify.annotations.NullMarked;
